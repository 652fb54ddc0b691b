"""Valid names of realms, and the paths of their pages."""

from maquette.simulator.domain.realm import is_realm_name, realm_prefix


def test_a_realm_s_name_is_of_lower_case_letters_digits_and_inner_hyphens():
    for name in ("default", "a", "7", "groupe-3", "a-b-c", "a--b", "x" * 47, "x" * 48):
        assert is_realm_name(name), name
    for name in ("", "-a", "a-", "-", "A", "é", "a b", "a_b", "a.b", "a/b", "a\n", "x" * 49):
        assert not is_realm_name(name), name


def test_the_default_realm_is_at_the_root_and_others_below_their_name():
    assert [realm_prefix(realm) for realm in ("default", "groupe-3")] == ["", "/r/groupe-3"]
