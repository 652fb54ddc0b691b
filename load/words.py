"""What people under load type: fictitious, and the same for all, so that nothing has to be remembered."""

PASSWORD = "Charge2011"  # noqa: S105 - published, like those of the personas
QUESTION = "Quel est votre surnom ?"
ANSWER = "Charge"
