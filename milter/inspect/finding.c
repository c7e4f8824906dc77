/* finding.c - findings as plain data: making, freeing, naming. */
#include "finding.h"

static const char *const trait_names[] = {
#define X(id, name) name,
    TRAIT_TABLE(X)
#undef X
};

const char *
trait_name(TraitId id)
{
  return (unsigned)id < G_N_ELEMENTS(trait_names) ? trait_names[id] : "";
}

int
trait_from_name(const char *name)
{
  for (int i = 0; i < TRAITS; i++)
    if (g_ascii_strcasecmp(trait_names[i], name) == 0)
      return i;
  return -1;
}

static const char *const sender_trait_names[] = {
#define X(id, name) name,
    SENDER_TRAIT_TABLE(X)
#undef X
};

const char *
sender_trait_name(SenderTraitId id)
{
  return (unsigned)id < G_N_ELEMENTS(sender_trait_names) ? sender_trait_names[id] : "";
}

int
sender_trait_from_name(const char *name)
{
  for (int i = 0; i < SENDER_TRAITS; i++)
    if (g_ascii_strcasecmp(sender_trait_names[i], name) == 0)
      return i;
  return -1;
}

const char *
finding_kind_name(FindingKind kind)
{
  static const char *const names[] = {"link",   "file",    "anomaly", "sender",
                                      "markup", "results", "text"};

  return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "";
}

Hop *
hop_new(Url *url, int from, gboolean known)
{
  Hop *hop = g_new0(Hop, 1);

  hop->url = url;
  hop->from = from;
  hop->known = known;
  return hop;
}

void
hop_free(Hop *hop)
{
  if (!hop)
    return;
  url_free(hop->url);
  g_free(hop->class_name);
  g_free(hop->service);
  g_free(hop->service_title);
  g_clear_pointer(&hop->lists, g_ptr_array_unref);
  g_free(hop);
}

Hop
finding_place(const Finding *finding, int hop)
{
  if (hop >= 0 && finding->hops && (guint)hop < finding->hops->len)
    return *(const Hop *)g_ptr_array_index(finding->hops, (guint)hop);
  return (Hop){.url = finding->url,
               .from = -1,
               .known = TRUE,
               .class_name = finding->class_name,
               .service = finding->service,
               .service_title = finding->service_title,
               .lists = finding->lists};
}

Finding *
finding_new(FindingKind kind, unsigned part)
{
  Finding *finding = g_new0(Finding, 1);

  finding->kind = kind;
  finding->part = part;
  if (kind == FINDING_FILE) {
    finding->name = g_strdup("");
    finding->names = g_ptr_array_new_with_free_func(g_free);
    finding->path = g_strdup("");
    finding->content_type = g_strdup("");
    finding->content_note = g_strdup("");
    finding->declared_type = g_strdup("");
  }
  return finding;
}

void
finding_free(Finding *finding)
{
  if (!finding)
    return;
  link_clear(&finding->link);
  url_free(finding->url);
  g_clear_pointer(&finding->hops, g_ptr_array_unref);
  g_free(finding->name);
  g_clear_pointer(&finding->names, g_ptr_array_unref);
  g_free(finding->path);
  g_free(finding->content_type);
  g_free(finding->content_note);
  g_free(finding->declared_type);
  g_free(finding->malware);
  auth_field_free(finding->auth);
  g_clear_pointer(&finding->mailboxes, g_ptr_array_unref);
  g_free(finding->class_name);
  g_free(finding->service);
  g_free(finding->service_title);
  g_free(finding->resembles);
  g_clear_pointer(&finding->groups, g_ptr_array_unref);
  g_clear_pointer(&finding->lists, g_ptr_array_unref);
  g_free(finding);
}
