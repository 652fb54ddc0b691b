"""The test certificate authority of an installation, the TLS of its doors, and the personas' certificates.

Its certificates are worth nothing outside the simulator: name constraints limit them to this machine, the
reserved test names and the installation's own names. The domain decides which certificate opens a space.
May import: base, domain.
"""
