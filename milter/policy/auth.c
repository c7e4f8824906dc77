/* auth.c - whose Authentication-Results are believed (RFC 8601 section 5).
 *
 * A field is believed by two things together: its authserv-id and its place above all that came
 * with the message. What claims the id elsewhere is forged. Neither tells a forged field on top of
 * a message from our own where the MTA's verifier adds none and removes none; so results that
 * contradict each other count as unknown, and cordon.conf(5) says what the verifier has to do. */
#include "auth.h"

#include <string.h>

static gboolean
is_claimed(const Settings *settings, const AuthField *field)
{
  for (char **id = settings->trusted_authserv_ids; *id; id++)
    if (auth_field_claims(field, *id))
      return TRUE;
  return FALSE;
}

void
auth_classify(const Settings *settings, Finding *finding)
{
  finding->sender_traits &= ~SENDER_TRAIT(FORGED);
  if (!finding->auth->upper && is_claimed(settings, finding->auth))
    finding->sender_traits |= SENDER_TRAIT(FORGED);
}

void
auth_gather(const Settings *settings, const GPtrArray *findings, unsigned results[AUTH_METHODS])
{
  for (int method = 0; method < AUTH_METHODS; method++)
    results[method] = 0;
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    if (finding->kind != FINDING_RESULTS || !finding->auth->upper ||
        !is_claimed(settings, finding->auth))
      continue;
    for (int method = 0; method < AUTH_METHODS; method++)
      results[method] |= finding->auth->results[method];
  }
}

/* The one whom From names; NULL if it names nobody or several. */
static const char *
sole_from(const Finding *sender)
{
  const char *address = NULL;
  if (sender->sender_traits & (SENDER_TRAIT(NO_DOMAIN) | SENDER_TRAIT(SEVERAL_FROM)))
    return NULL;
  for (guint i = 0; sender->mailboxes && i < sender->mailboxes->len; i++) {
    const Mailbox *mailbox = g_ptr_array_index(sender->mailboxes, i);
    if (mailbox->reply || !strchr(mailbox->address, '@'))
      continue;
    if (address)
      return NULL;
    address = mailbox->address;
  }
  return address;
}

const char *
auth_vouched(const GPtrArray *findings, const unsigned results[AUTH_METHODS])
{
  if (results[AUTH_DMARC] != AUTH_BIT(AUTH_PASS))
    return NULL;
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    if (finding->kind == FINDING_SENDER)
      return sole_from(finding);
  }
  return NULL;
}
