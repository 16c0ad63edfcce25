#!/bin/sh
# Print the Secrets that the manifests refer to, with new random values. Run it once:
#   SMTP_PASSWORD=... PROCESSOR_API_KEY=... PROCESSOR_WEBHOOK_SECRET=... secrets.sh > secrets.yaml
# Store the output where the agency keeps its secrets: without SSN_VAULT_SECRET_1 nobody can read a
# sealed Social Security number. gateway-tls and archive are not created here (see README.md).
set -eu
: "${SMTP_PASSWORD:?set it to our password on the mail server}"
: "${PROCESSOR_API_KEY:?set it to the key from the card processor}"
: "${PROCESSOR_WEBHOOK_SECRET:?set it to the secret from the card processor}"

new() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# secret NAME TYPE KEY VALUE KEY VALUE ...
secret() {
  printf -- "---\napiVersion: v1\nkind: Secret\n"
  printf "metadata: {name: %s, namespace: credence, labels: {cnpg.io/reload: 'true'}}\n" "$1"
  printf "type: %s\nstringData:\n" "$2"
  shift 2
  while [ $# -gt 0 ]; do
    printf "  %s: '%s'\n" "$1" "$(printf %s "$2" | sed "s/'/''/g")"
    shift 2
  done
}

#: services with a database
#| for service in SERVICES( ); do
for service in assignments certification identity legal payments; do
#: end
  password=$(new)
  secret "$service-database" kubernetes.io/basic-auth username "$service" password "$password" \
    DATABASE_URL "postgresql+psycopg://$service:$password@database-rw:5432/$service?sslmode=require"
done
secret backup-database kubernetes.io/basic-auth username backup password "$(new)"

#: services
#| for service in SERVICES( ); do
for service in assignments certification identity legal lookup payments; do
#: end
  password=$(new)
  secret "$service-broker" Opaque username "$service" password "$password" \
    BROKER_URL "amqp://$service:$password@broker:5672/%2F"
done

secret identity Opaque CAPTCHA_SECRET "$(new)" SIGNING_KEY_SECRET "$(new)" \
  SSN_VAULT_INDEX_SECRET "$(new)" SSN_VAULT_SECRET_1 "$(new)" TICKET_SECRET "$(new)" \
  SMTP_PASSWORD "$SMTP_PASSWORD"
secret payments Opaque PROCESSOR_API_KEY "$PROCESSOR_API_KEY" \
  PROCESSOR_WEBHOOK_SECRET "$PROCESSOR_WEBHOOK_SECRET"
