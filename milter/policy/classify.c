#include "addresses.h"
#include "auth.h"
#include "policy.h"
#include "ruleset_data.h"

/* Links of this class lead to where nobody can say offline. */
#define SHORTENERS "shortener"

#define WEBMAIL "webmail"

static void
classify_url(const Ruleset *ruleset, Hop *place)
{
  const Service *service = services_find(ruleset->services, place->url);
  if (service) {
    place->class_name = g_strdup(service->class_name);
    place->service = g_strdup(service->id);
    place->service_title = g_strdup(service->titles[LANG_EN]);
  }
  place->lists =
      lists_find(ruleset->lists, place->url, domains_hold(ruleset->own, place->url->host));
}

/* A known wrapper may have what it carries in its host: drive-google-com.translate.goog. */
static gboolean
is_wrapper(const Finding *finding, int place)
{
  for (guint i = 0; finding->hops && i < finding->hops->len; i++) {
    const Hop *hop = g_ptr_array_index(finding->hops, i);
    if (hop->known && hop->from == place)
      return TRUE;
  }
  return FALSE;
}

/* The innermost of a link's addresses that is made to be taken for another. `honest` has the hosts
 * that were found not to be: most links of a message lead to a few of them. */
static void
find_impostor(const Ruleset *ruleset, Finding *finding, GHashTable *honest)
{
  int last = finding->hops ? (int)finding->hops->len - 1 : -1;
  for (int i = last; i >= -1; i--) {
    const Url *url = finding_place(finding, i).url;
    g_autofree char *resembles = NULL;
    if (g_hash_table_contains(honest, url->host) || is_wrapper(finding, i))
      continue;
    BitSet traits = lookalikes_find(ruleset->lookalikes, url, &resembles);
    if (!traits) {
      g_hash_table_add(honest, url->host);
      continue;
    }
    finding->traits |= traits;
    if (finding->impostor != IMPOSTOR_NONE)
      continue;
    finding->resembles = g_steal_pointer(&resembles);
    finding->impostor = i;
  }
}

/* No address of a service among them leads to a place or a person. Wrappers count for nothing. */
static gboolean
is_share(const Ruleset *ruleset, const Finding *finding)
{
  gboolean any = FALSE;
  for (int i = -1; i < (finding->hops ? (int)finding->hops->len : 0); i++) {
    Hop at = finding_place(finding, i);
    if (!at.class_name)
      continue;
    if (!services_has_way(ruleset->services, at.url, WAY_SHARE))
      return FALSE;
    any = TRUE;
  }
  return any;
}

/* What any of its addresses does at its service. */
static BitSet
way_traits(const Ruleset *ruleset, const Finding *finding)
{
  BitSet traits = is_share(ruleset, finding) ? TRAIT(SHARE) : 0;
  for (int i = -1; i < (finding->hops ? (int)finding->hops->len : 0); i++) {
    Hop at = finding_place(finding, i);
    if (!at.class_name)
      continue;
    if (services_has_way(ruleset->services, at.url, WAY_UPLOAD))
      traits |= TRAIT(UPLOAD_REQUEST);
    if (services_has_way(ruleset->services, at.url, WAY_DOWNLOAD))
      traits |= TRAIT(FILE_DOWNLOAD);
  }
  return traits;
}

static void
classify_link(const Ruleset *ruleset, Finding *finding, GHashTable *honest)
{
  Hop own = {.url = finding->url};
  if (!finding->url)
    return;
  classify_url(ruleset, &own);
  finding->class_name = own.class_name;
  finding->service = own.service;
  finding->service_title = own.service_title;
  finding->lists = own.lists;
  gboolean shortener = g_strcmp0(own.class_name, SHORTENERS) == 0;
  for (guint i = 0; finding->hops && i < finding->hops->len; i++) {
    Hop *hop = g_ptr_array_index(finding->hops, i);
    classify_url(ruleset, hop);
    shortener |= g_strcmp0(hop->class_name, SHORTENERS) == 0;
  }
  if (shortener)
    finding->traits |= TRAIT(SHORTENER);
  find_impostor(ruleset, finding, honest);
  finding->traits |= way_traits(ruleset, finding);
}

static void
classify_sender(const Ruleset *ruleset, Finding *finding, GHashTable *honest)
{
  classify_link(ruleset, finding, honest);
  finding->sender_traits &= ~(SENDER_TRAIT(PERSONAL_WEBMAIL) | SENDER_TRAIT(OWN_NAME_OUTSIDE));
  for (int i = -1; i < (finding->hops ? (int)finding->hops->len : 0); i++)
    if (g_strcmp0(finding_place(finding, i).class_name, WEBMAIL) == 0)
      finding->sender_traits |= SENDER_TRAIT(PERSONAL_WEBMAIL);
  for (guint i = 0; finding->mailboxes && i < finding->mailboxes->len; i++) {
    const Mailbox *mailbox = g_ptr_array_index(finding->mailboxes, i);
    if (!addresses_hold(ruleset->own, mailbox->address) &&
        officials_hold(ruleset->officials, mailbox->name))
      finding->sender_traits |= SENDER_TRAIT(OWN_NAME_OUTSIDE);
  }
}

#define TRAITS_OF_SERVICES                                                                         \
  (TRAIT(SHORTENER) | TRAIT(SHARE) | TRAIT(UPLOAD_REQUEST) | TRAIT(FILE_DOWNLOAD))

/* So that findings can be classified again, by another ruleset. */
static void
forget_classes(Finding *finding)
{
  g_clear_pointer(&finding->class_name, g_free);
  g_clear_pointer(&finding->service, g_free);
  g_clear_pointer(&finding->service_title, g_free);
  g_clear_pointer(&finding->groups, g_ptr_array_unref);
  g_clear_pointer(&finding->lists, g_ptr_array_unref);
  g_clear_pointer(&finding->resembles, g_free);
  finding->impostor = IMPOSTOR_NONE;
  finding->traits &= ~(TRAITS_OF_SERVICES | TRAITS_OF_IMPOSTORS);
  for (guint i = 0; finding->hops && i < finding->hops->len; i++) {
    Hop *hop = g_ptr_array_index(finding->hops, i);
    g_clear_pointer(&hop->class_name, g_free);
    g_clear_pointer(&hop->service, g_free);
    g_clear_pointer(&hop->service_title, g_free);
    g_clear_pointer(&hop->lists, g_ptr_array_unref);
  }
}

void
policy_classify(const Ruleset *ruleset, GPtrArray *findings)
{
  g_autoptr(GHashTable) honest = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < findings->len; i++) {
    Finding *finding = g_ptr_array_index(findings, i);
    forget_classes(finding);
    if (finding->kind == FINDING_FILE)
      finding->groups = types_groups(ruleset->types, finding);
    else if (finding->kind == FINDING_RESULTS)
      auth_classify(ruleset->settings, finding);
    else if (finding->kind == FINDING_SENDER)
      classify_sender(ruleset, finding, honest);
    else
      classify_link(ruleset, finding, honest);
  }
}
