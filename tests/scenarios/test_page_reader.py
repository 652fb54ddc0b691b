"""Reading a page: its visible text, its labels, and their elements."""

import pytest

from maquette.fixtures.page_reader import LabelError, ReadPage, VisitorError

PAGE = ReadPage(
    """<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head>
    <body data-screen="access">
    <h1>Mon espace
        Professionnel</h1>
    <p>impots<span>.gouv.fr</span><br>simulateur</p>
    <p hidden>caché</p><noscript><p>sans script</p></noscript><script>"script"</script>
    <section aria-labelledby="un"><h2 id="un">Particuliers</h2>
      <a href="/a">accéder à Mon espace</a> <a href="/question">Une question\u00a0?</a></section>
    <section aria-labelledby="deux"><h2 id="deux">Professionnels</h2>
      <a href="/b">accéder à Mon espace</a> <a href="/creer">Créer mon espace</a>
      <a href="/creer"><em>Créer</em> mon
        espace</a></section>
    <form action="/valider"><label for="mail">Votre adresse électronique\u00a0:</label>
      <input id="mail" name="mail"><p data-refusal="email-missing">Saisissez</p>
      <label for="liste">Question</label>
      <select id="liste" name="liste"><option value="1">Quel est votre surnom\u00a0?</option></select>
      <button>Valider</button><button hidden>Ouvrir</button></form>
    <p data-refusal="email-taken" hidden>Prise</p></body></html>"""
)


def test_the_text_is_what_is_visible_with_its_blanks_made_one() -> None:
    text = PAGE.text()
    assert text.startswith("Mon espace Professionnel impots.gouv.fr simulateur Particuliers")
    assert not any(unseen in text for unseen in ("caché", "sans script", "script", "Ouvrir", "Essai"))


def test_the_text_of_a_section_is_its_own() -> None:
    assert PAGE.text("Particuliers") == "Particuliers accéder à Mon espace Une question ?"


def test_the_screen_and_the_refusals_shown_are_read() -> None:
    assert (PAGE.screen, PAGE.refusals) == ("access", ("email-missing",))


@pytest.mark.parametrize("label", ["Une question ?", "Une question\u00a0?", "  Une  question ? "])
def test_blanks_of_every_kind_are_alike_in_a_label(label: str) -> None:
    assert PAGE.find_target(label).get("href") == "/question"


def test_two_links_of_one_label_that_lead_to_one_place_are_one() -> None:
    assert PAGE.find_target("Créer mon espace").get("href") == "/creer"


def test_an_ambiguous_label_is_an_error_that_lists_the_labels() -> None:
    with pytest.raises(LabelError) as caught:
        PAGE.find_target("accéder à Mon espace")
    assert str(caught.value) == (
        "more than one link or button is labelled « accéder à Mon espace » on the screen 'access', "
        "there are: « accéder à Mon espace », « Une question ? », « Créer mon espace », « Valider »; "
        "the page refuses: email-missing « Saisissez »"
    )


@pytest.mark.parametrize(("heading", "place"), [("Particuliers", "/a"), ("Professionnels", "/b")])
def test_a_section_tells_links_of_one_label_apart(heading: str, place: str) -> None:
    assert PAGE.find_target("accéder à Mon espace", heading).get("href") == place


@pytest.mark.parametrize("label", ["accéder à mon espace", "Valide", "Ouvrir", "Particuliers"])
def test_a_label_that_is_not_shown_word_for_word_is_an_error(label: str) -> None:
    with pytest.raises(LabelError, match=f"no link or button is labelled « {label} »"):
        PAGE.find_target(label)


def test_a_missing_section_is_an_error_that_lists_the_sections() -> None:
    with pytest.raises(LabelError, match=r"no section .* « Particuliers », « Professionnels »"):
        PAGE.find_target("Valider", "Associations")


@pytest.mark.parametrize(
    "label", ["Votre adresse électronique", "Votre adresse électronique :", "Votre adresse électronique:"]
)
def test_a_fields_label_may_be_given_without_its_colon(label: str) -> None:
    assert PAGE.find_field(label).get("name") == "mail"


def test_a_missing_field_is_an_error_that_lists_the_fields() -> None:
    with pytest.raises(LabelError, match=r"no field .* « Votre adresse électronique : », « Question »"):
        PAGE.find_field("Mot de passe")


def test_a_missing_entry_of_a_list_is_an_error_that_lists_the_entries() -> None:
    assert PAGE.find_option("Question", "Quel est votre surnom ?").get("value") == "1"
    with pytest.raises(VisitorError, match=r"no entry « Autre » .* « Quel est votre surnom . »"):
        PAGE.find_option("Question", "Autre")


def test_an_error_on_a_page_without_refusals_names_no_refusal() -> None:
    calm = ReadPage("<body data-screen='home'><p data-refusal='email-taken' hidden>Prise</p></body>")
    with pytest.raises(LabelError) as caught:
        calm.find_target("Valider")
    assert str(caught.value).endswith("on the screen 'home', there are: none")
