/* route.c - from where to where a message goes. */
#include "policy.h"

#include <string.h>

#include "addresses.h"
#include "names.h"
#include "net.h"
#include "ruleset_data.h"

static gboolean
any_outside(const WordSet *own, char **addresses)
{
  for (; *addresses; addresses++)
    if (!addresses_hold(own, *addresses))
      return TRUE;
  return FALSE;
}

static gboolean
is_trusted_client(const Settings *settings, const Letter *letter)
{
  if (*letter->auth_user || !*letter->client_addr)
    return TRUE;
  for (char **network = settings->own_networks; *network; network++)
    if (net_holds(*network, letter->client_addr))
      return TRUE;
  return FALSE;
}

const char *
policy_direction(const Ruleset *ruleset, const Letter *letter)
{
  const Settings *settings = ruleset->settings;
  int given = name_index(direction_names, letter->direction);
  if (given >= 0)
    return direction_names[given];
  if (!addresses_hold(ruleset->own, letter->sender) || !is_trusted_client(settings, letter))
    return "inbound";
  return letter->rcpts[0] && !any_outside(ruleset->own, letter->rcpts) ? "internal" : "outbound";
}

/* --- what goes out again --- */

/* Whoever hands it over may send from here, under whatever envelope. What an outside client has for
 * outside recipients is no mail of ours at all. */
static gboolean
leaves(const Ruleset *ruleset, const Letter *letter)
{
  int given = name_index(direction_names, letter->direction);
  if (given >= 0)
    return strcmp(direction_names[given], "outbound") == 0;
  return is_trusted_client(ruleset->settings, letter) && any_outside(ruleset->own, letter->rcpts);
}

/* Sender Rewriting Scheme: SRS0=hash=tt=domain=user@forwarder, with "=", "+" or "-" behind it. */
static gboolean
is_rewritten(const char *sender)
{
  return g_ascii_strncasecmp(sender, "SRS", 3) == 0 && (sender[3] == '0' || sender[3] == '1') &&
         sender[4] != '\0' && strchr("=+-", sender[4]) != NULL && strchr(sender, '@') != NULL;
}

/* Is there a From, and none of it one of ours? */
static gboolean
is_from_outside(const WordSet *own, const Finding *finding)
{
  gboolean any = FALSE;
  for (guint i = 0; finding->mailboxes && i < finding->mailboxes->len; i++) {
    const Mailbox *mailbox = g_ptr_array_index(finding->mailboxes, i);
    if (mailbox->reply)
      continue;
    if (addresses_hold(own, mailbox->address))
      return FALSE;
    any |= strchr(mailbox->address, '@') != NULL;
  }
  return any;
}

void
policy_route(const Ruleset *ruleset, const Letter *letter, GPtrArray *findings)
{
  gboolean out = ruleset->own && leaves(ruleset, letter);
  for (guint i = 0; i < findings->len; i++) {
    Finding *finding = g_ptr_array_index(findings, i);
    if (finding->kind != FINDING_SENDER)
      continue;
    finding->sender_traits &= ~SENDER_TRAIT(FORWARDED_OUT);
    if (is_rewritten(letter->sender))
      finding->sender_traits |= SENDER_TRAIT(AUTO_FORWARDED);
    if (out && ((finding->sender_traits & SENDER_TRAIT(AUTO_FORWARDED)) ||
                is_from_outside(ruleset->own, finding)))
      finding->sender_traits |= SENDER_TRAIT(FORWARDED_OUT);
  }
}
