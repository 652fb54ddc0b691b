#!/bin/sh
# A small suite in the shell: each test in a realm of its own, the whole option with a client certificate, the code from
# the mail, time moved by hand. Nothing sleeps. It needs curl, and a simulator that MAQUETTE_CONSOLE and MAQUETTE_TOKEN
# point to; where MAQUETTE_JUNIT names a file, the results go there too: maquette audit -- sh test_option.sh
set -eu

console=${MAQUETTE_CONSOLE:-http://localhost:8025}
email=lila.rosemonde@courriel.example
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

api() { # api METHOD PATH [BODY]
    curl --silent --show-error --fail-with-body --request "$1" --header "Authorization: Bearer $MAQUETTE_TOKEN" \
        ${3:+--header "Content-Type: application/json" --data "$3"} "$console/api/$2"
}
field() { # field NAME: the first value of that name in the JSON on standard input
    sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1
}
browse() { # browse URL [curl's options]: one page, with cookies, redirects and Lila's certificate
    url=$1
    shift
    curl --silent --show-error --insecure --location --cookie "$folder/cookies" --cookie-jar "$folder/cookies" \
        --cert "$folder/lila.pem" --key "$folder/lila.key" "$@" "$url"
}
submit() { # submit URL [name=value]...: the page's form, with its token
    url=$1
    shift
    token=$(browse "$url" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -n 1)
    for pair in "$@"; do
        set -- "$@" --data-urlencode "$pair"
        shift
    done
    browse "$url" --data-urlencode "csrf=$token" "$@"
}
expect() { # expect TEXT: it stands in what comes in
    if ! grep --quiet --fixed-strings "$1" -; then
        echo "expected: $1" >&2
        exit 1
    fi
}
choose() { # choose PASSWORD: from the certificate to the credentials' form, sent
    browse "$gate/certificat" >/dev/null
    submit "$gate/espace/option" >/dev/null
    submit "$gate/espace/identifiants" "email=$email" "email_confirmation=$email" "password=$1" "password_confirmation=$1"
}
opt() { # from the certificate to the waiting for the code
    choose Colibri2011 >/dev/null
    submit "$gate/espace/question" "question=Quel est votre surnom ?" answer=Lilou | expect 'data-screen="pending"'
}
read_code() { # read_code [CURSOR]: the code of the next mail behind the cursor
    api GET "realms/$realm/mail/next?to=$email&after=${1:-0}" >"$folder/mail"
    field code <"$folder/mail"
}
activate() { # activate CODE: the activation's form, sent
    submit "$portal/activation" "email=$email" "code=$1"
}
move_to() { # move_to EVENT: the clock, to just before or just after the end of the 48 hours
    api POST "realms/$realm/clock/advance" "{\"to\": \"$1\", \"persona\": \"lila\"}"
}

the_code_works_at_its_last_second() {
    opt
    code=$(read_code)
    move_to just-before:code-expiry >/dev/null
    activate "$code" | expect 'id="popup-form"'
}
the_code_is_refused_one_second_later_and_the_address_is_free_again() {
    opt
    code=$(read_code)
    cursor=$(field cursor <"$folder/mail")
    move_to code-expiry | expect option-lapsed
    activate "$code" | expect 'data-refusal="activation-refused"'
    opt
    activate "$(read_code "$cursor")" | expect 'id="popup-form"'
}
a_code_in_capitals_is_refused() {
    opt
    activate "$(read_code | tr '[:lower:]' '[:upper:]')" | expect 'data-refusal="activation-refused"'
}
a_password_of_21_characters_is_refused() {
    choose Colibri20112011201120 | expect 'data-refusal="password-too-long"'
}

cases="" failures=0 tests=0
for test in \
    the_code_works_at_its_last_second \
    the_code_is_refused_one_second_later_and_the_address_is_free_again \
    a_code_in_capitals_is_refused \
    a_password_of_21_characters_is_refused; do
    rm -f "$folder/cookies"
    realm=$(api POST realms '{"clock": "2011-06-09T09:00:00+02:00"}' | field name)
    doors=$(api GET version)
    portal=$(printf %s "$doors" | field portal)/r/$realm
    gate=$(printf %s "$doors" | field gate)/r/$realm
    api PUT "realms/$realm/clock" '{"mode": "frozen"}' >/dev/null
    api GET "realms/$realm/personas/lila/certificate.pem" >"$folder/lila.pem"
    api GET "realms/$realm/personas/lila/key.pem" >"$folder/lila.key"
    tests=$((tests + 1))
    set +e
    (
        set -e
        "$test"
    )
    outcome=$?
    set -e
    if [ "$outcome" -eq 0 ]; then
        echo "ok: $test"
        cases="$cases<testcase classname=\"option\" name=\"$test\"/>"
    else
        echo "FAILED: $test"
        failures=$((failures + 1))
        cases="$cases<testcase classname=\"option\" name=\"$test\"><failure message=\"see the output\"/></testcase>"
    fi
    api DELETE "realms/$realm" >/dev/null
done
if [ -n "${MAQUETTE_JUNIT:-}" ]; then
    echo "<testsuite name=\"option\" tests=\"$tests\" failures=\"$failures\">$cases</testsuite>" >"$MAQUETTE_JUNIT"
fi
exit $((failures > 0))
