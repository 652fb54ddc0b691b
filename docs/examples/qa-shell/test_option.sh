#!/bin/sh
# A test in the shell: a realm of its own, the whole option with a client certificate, the code from the mail, and both
# sides of the 48 hours. Nothing sleeps. It needs curl, and a simulator that MAQUETTE_CONSOLE and MAQUETTE_TOKEN point to.
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
opt() { # from the certificate to the waiting for the code
    browse "$gate/certificat" >/dev/null
    submit "$gate/espace/option" >/dev/null
    submit "$gate/espace/identifiants" "email=$email" "email_confirmation=$email" \
        password=Colibri2011 password_confirmation=Colibri2011 >/dev/null
    submit "$gate/espace/question" "question=Quel est votre surnom ?" answer=Lilou | expect 'data-screen="pending"'
}
expect() { # expect TEXT: it stands in what comes in
    if ! grep --quiet --fixed-strings "$1" - ; then
        echo "expected: $1" >&2
        exit 1
    fi
}

realm=$(api POST realms '{"clock": "2011-06-09T09:00:00+02:00"}' | field name)
doors=$(api GET version)
portal=$(printf %s "$doors" | field portal)/r/$realm
gate=$(printf %s "$doors" | field gate)/r/$realm
api PUT "realms/$realm/clock" '{"mode": "frozen"}' >/dev/null
api GET "realms/$realm/personas/lila/certificate.pem" >"$folder/lila.pem"
api GET "realms/$realm/personas/lila/key.pem" >"$folder/lila.key"

opt
mail=$(api GET "realms/$realm/mail/next?to=$email")
code=$(printf %s "$mail" | field code)
cursor=$(printf %s "$mail" | field cursor)

api POST "realms/$realm/clock/advance" '{"to": "code-expiry", "persona": "lila"}' | expect option-lapsed
submit "$portal/activation" "email=$email" "code=$code" | expect 'data-refusal="activation-refused"'
echo "ok: refused one second after the 48 hours"

opt
code=$(api GET "realms/$realm/mail/next?to=$email&after=$cursor" | field code)
api POST "realms/$realm/clock/advance" '{"to": "just-before:code-expiry", "persona": "lila"}' >/dev/null
submit "$portal/activation" "email=$email" "code=$code" | expect 'id="popup-form"'
echo "ok: the same address again, accepted at the last second"

api DELETE "realms/$realm" >/dev/null
