/* disarm.c - which files of a message can be disarmed, and whether that worked.
 *
 * A disarmer knows its format; it is not believed. Its result goes through the same inspection and
 * the same rules as the file that came, and if they would act on it still, the file is removed
 * instead, by a placeholder that says why. */
#include "disarm.h"

#include <string.h>

#include "../marks.h"
#include "bounds.h"
#include "cfb.h"
#include "deaden.h"
#include "disarming.h"
#include "error.h"
#include "html_active.h"
#include "tnef.h"

void
disarmed_free(Disarmed *disarmed)
{
  if (!disarmed)
    return;
  g_bytes_unref(disarmed->content);
  g_free(disarmed);
}

const Disarmed *
disarmed_find(const GPtrArray *disarmed, unsigned part)
{
  for (guint i = 0; disarmed && i < disarmed->len; i++) {
    const Disarmed *entry = g_ptr_array_index(disarmed, i);

    if (entry->part == part)
      return entry;
  }
  return NULL;
}

/* By its first member, which is called mimetype and is not compressed (ODF 1.2 part 3, 3.3), or by
 * its list of members: programs read it without the other. */
static gboolean
is_odf(const Package *package, const unsigned char *bytes, size_t len)
{
  static const char type[] = "mimetypeapplication/vnd.oasis.opendocument.";

  if (len >= 30 + strlen(type) && memcmp(bytes + 30, type, strlen(type)) == 0)
    return TRUE;
  return package_find(package, "META-INF/manifest.xml") >= 0 &&
         package_find(package, "content.xml") >= 0;
}

/* OpenDocument that is XML as a whole; programs look no further for this either. */
static gboolean
is_flat_odf(const unsigned char *bytes, size_t len)
{
  enum { HEAD = 4096 };

  return memmem(bytes, MIN(len, HEAD), ":opendocument:xmlns:", 20) &&
         memmem(bytes, MIN(len, HEAD), "mimetype=", 9);
}

/* HTML, XHTML, SVG. What acts in it stays: then the result is found not to be clean. */
static gboolean
is_page(const unsigned char *bytes, size_t len)
{
  size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (at < len && g_ascii_isspace(bytes[at]))
    at++;
  return at < len && bytes[at] == '<';
}

static GBytes *
disarm_package(GBytes *content, Disarming *disarming, GError **error)
{
  g_autoptr(Package) package = package_open(content, error);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  if (!package)
    return NULL;
  if (is_odf(package, bytes, len))
    return disarm_odf(content, disarming, error);
  return package_find(package, "[Content_Types].xml") >= 0 ? disarm_ooxml(content, disarming, error)
                                                           : disarm_zip(content, disarming, error);
}

static GBytes *
disarm_page_file(GBytes *content, Disarming *disarming, GError **error)
{
  gboolean utf8;
  GBytes *clean = disarm_page(content, NULL, disarming, &utf8);

  if (!clean)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "a page that cannot be disarmed");
  return clean;
}

/* NULL for what cannot be disarmed. */
static Disarmer
way_for(GBytes *content)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  if (len >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
    return disarm_package;
  if (len >= 4 && memcmp(bytes, "{\\rt", 4) == 0)
    return disarm_rtf;
  if (tnef_is(bytes, len))
    return disarm_tnef;
  if (len >= 8 && memcmp(bytes, CFB_MAGIC, 8) == 0)
    return disarm_msg;
  /* The header may stand somewhat later (ISO 32000-1, implementation note 13). */
  if (memmem(bytes, MIN(len, 1024), "%PDF-", 5))
    return disarm_pdf;
  if (card_is_file(bytes, len))
    return disarm_card;
  if (is_page(bytes, len))
    return is_flat_odf(bytes, len) ? disarm_flat_odf : disarm_page_file;
  return NULL;
}

GBytes *
disarm_content(GBytes *content, Disarming *disarming, GError **error)
{
  Disarmer way = way_for(content);
  GBytes *clean = way ? way(content, disarming, error) : NULL;

  if (!way) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "no kind of file that can be disarmed");
  } else if (clean && way_for(clean) != way) { /* a PDF whose head has come within reach */
    g_clear_pointer(&clean, g_bytes_unref);
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "a file of two kinds");
  }
  return clean;
}

void
disarm_start(void)
{
  xml_start();
}

static void
taken_add(Taken *to, const Taken *more)
{
  to->traits |= more->traits;
  to->links += more->links;
  to->tags |= more->tags;
}

GBytes *
disarm_inner(GBytes *content, Disarming *around)
{
  Disarming disarming = {around->orders, around->depth + 1, {0}};
  GBytes *clean;

  if (around->depth >= LIMIT_DISARM_DEPTH)
    return NULL;
  clean = disarm_content(content, &disarming, NULL);
  if (clean)
    taken_add(&around->taken, &disarming.taken);
  return clean;
}

GBytes *
disarm_file(GBytes *content, const Orders *orders, Taken *taken, GError **error)
{
  Disarming disarming = {orders, 0, {0}};
  GBytes *clean = disarm_content(content, &disarming, error);

  if (clean)
    taken_add(taken, &disarming.taken);
  return clean;
}

/* As inspection has it (link_target): without blanks around it, and cut if it is long. */
const char *
disarming_dead(const Disarming *disarming, const char *address)
{
  g_autofree char *target = NULL;

  if (!disarming->orders->dead || !address)
    return NULL;
  target = link_target(address, strlen(address));
  return target ? g_hash_table_lookup(disarming->orders->dead, target) : NULL;
}

/* --- the files of a message --- */

static gboolean
is_left(const Decision *decision)
{
  return decision->action != ACTION_PASS && decision->action != ACTION_FLAG;
}

static gboolean
is_clean(const Letter *letter, const Part *part, GBytes *content, const Ruleset *ruleset,
         FileScanner *scanner)
{
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(Plan) plan = NULL;

  file_scanner_begin(scanner);
  file_inspect(scanner, content, part->names, part->type, part->index, findings);
  policy_classify(ruleset, findings);
  plan = policy_decide(ruleset, letter, findings);
  for (guint i = 0; i < plan->decisions->len; i++)
    if (is_left(&g_array_index(plan->decisions, Decision, i)))
      return FALSE;
  return TRUE;
}

/* What nobody could look into to the end is not rebuilt from what was seen. */
static gboolean
is_whole(const GPtrArray *findings, unsigned part)
{
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    if (finding->kind == FINDING_FILE && finding->part == part &&
        (finding->traits & (TRAIT(ENCRYPTED) | TRAIT(LIMIT) | TRAIT(CORRUPT))))
      return FALSE;
  }
  return TRUE;
}

/* What of a page goes when it is disarmed. */
static BitSet
page_traits(const GPtrArray *findings, unsigned part)
{
  BitSet traits = 0;

  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    if (finding->kind == FINDING_FILE && finding->part == part)
      traits |= finding->traits & (TRAIT(HTML_SCRIPT) | TRAIT(FORM));
  }
  return traits;
}

/* Of a page that is disarmed links can be made to lead nowhere, but there is no place for a mark,
 * and what stands in words alone cannot be changed. */
static gboolean
has_stubborn_link(const GPtrArray *findings, const Plan *plan, const Part *part)
{
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    Action action = g_array_index(plan->decisions, Decision, i).action;

    if (finding->part != part->index || finding->inner || action == ACTION_PASS)
      continue;
    if (finding->kind == FINDING_MARKUP)
      return TRUE;
    if (finding->kind == FINDING_LINK &&
        (!(part->flags & PART_HTML) || action == ACTION_FLAG || finding->link.use == LINK_TEXT ||
         finding->link.use == LINK_QR || finding->link.use == LINK_HEADER))
      return TRUE;
  }
  return FALSE;
}

/* --- what is to be done to the file of a part ---------------------------------------------------
 */

static gboolean
decides_on(const GPtrArray *findings, const Plan *plan, guint i, unsigned part, Action action)
{
  const Finding *finding = g_ptr_array_index(findings, i);

  return finding->kind == FINDING_FILE && finding->part == part &&
         g_array_index(plan->decisions, Decision, i).action == action;
}

/* What stands in a document in the place of an address: "link disabled: Google Drive
 * (drive[.]google[.]com)". */
static char *
dead_words(const Ruleset *ruleset, const Speech *speech, const Finding *finding,
           const Decision *decision)
{
  const Hop at = finding_place(finding, decision->hop);
  const Url *url = at.url;
  const char *const *service =
      decision->by_service ? ruleset_service_names(ruleset, at.service) : NULL;
  g_autofree char *names = service ? service_words(speech, service) : NULL;
  g_autofree char *host = url ? deaden(*url->host ? url->host : url->scheme, -1) : NULL;
  GString *out = g_string_new(NULL);

  for (unsigned i = 0; i < speech->inline_langs; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " / " : "",
                           what_words(WHAT_DISABLED, speech->order[i]));
  if (host && names)
    g_string_append_printf(out, ": %s (%s)", names, host);
  else if (host)
    g_string_append_printf(out, ": %s", host);
  return g_string_free(out, FALSE);
}

/* A rule that says disarm is about what acts; one that is about a link has its own action in
 * `wanted` (policy_decide). */
static void
orders_init(Orders *orders, const GPtrArray *findings, const Plan *plan, unsigned part,
            const Ruleset *ruleset)
{
  Speech speech;

  speech_init(&speech, ruleset_settings(ruleset), "");
  *orders = (Orders){FALSE, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    const Decision *decision = &g_array_index(plan->decisions, Decision, i);

    if (decides_on(findings, plan, i, part, ACTION_DISARM))
      orders->active = orders->active || decision->wanted == ACTION_DISARM;
    else if (finding->kind == FINDING_LINK && finding->part == part &&
             (decision->action == ACTION_DEFANG || decision->action == ACTION_REMOVE))
      g_hash_table_insert(orders->dead, g_strdup(finding->link.target),
                          dead_words(ruleset, &speech, finding, decision));
  }
}

/* A page that is a part by itself: what acts, then its links. */
static GBytes *
disarm_page_part(const Part *part, GBytes *content, const Orders *orders, Taken *taken,
                 gboolean *utf8)
{
  g_autoptr(GBytes) inert = disarm_html(content, part->charset, utf8);
  Disarming disarming = {orders, 0, {0}};
  gboolean moved = FALSE;
  GBytes *clean;

  if (!inert || g_hash_table_size(orders->dead) == 0)
    return g_steal_pointer(&inert);
  clean = disarm_page(inert, *utf8 ? "utf-8" : part->charset, &disarming, &moved);
  *utf8 = *utf8 || moved;
  taken_add(taken, &disarming.taken);
  return clean;
}

static Disarmed *
disarm_part(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
            unsigned index, const Ruleset *ruleset, FileScanner *scanner)
{
  Part *part = tree_part(tree, index);
  GBytes *content = part_content(tree, part);
  g_autoptr(GBytes) clean = NULL;
  Orders orders;
  Taken taken = {0};
  gboolean utf8 = FALSE;
  Disarmed *disarmed;

  if ((part->flags & (PART_MULTIPART | PART_MESSAGE | PART_BODY)) || !is_whole(findings, index) ||
      has_stubborn_link(findings, plan, part))
    return NULL;
  orders_init(&orders, findings, plan, index, ruleset);
  clean = part->flags & PART_HTML ? disarm_page_part(part, content, &orders, &taken, &utf8)
                                  : disarm_file(content, &orders, &taken, NULL);
  if (part->flags & PART_HTML)
    taken.traits |= page_traits(findings, index);
  g_hash_table_unref(orders.dead);
  if (!clean || clean == content || !is_clean(letter, part, clean, ruleset, scanner))
    return NULL;
  disarmed = g_new0(Disarmed, 1);
  disarmed->part = index;
  disarmed->content = g_steal_pointer(&clean);
  disarmed->taken = taken;
  disarmed->utf8 = utf8;
  return disarmed;
}

/* The strictest of what is decided on a file is done: once one of it is to be removed, all is. */
static gboolean
is_to_be_disarmed(const GPtrArray *findings, const Plan *plan, unsigned part)
{
  gboolean disarm = FALSE;

  for (guint i = 0; i < findings->len; i++) {
    if (decides_on(findings, plan, i, part, ACTION_REMOVE))
      return FALSE;
    disarm = disarm || decides_on(findings, plan, i, part, ACTION_DISARM);
  }
  return disarm;
}

static void
remove_instead(const GPtrArray *findings, Plan *plan, unsigned part)
{
  for (guint i = 0; i < findings->len; i++)
    if (decides_on(findings, plan, i, part, ACTION_DISARM))
      g_array_index(plan->decisions, Decision, i).action = ACTION_REMOVE;
}

GPtrArray *
disarm_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, Plan *plan,
           const Ruleset *ruleset, FileScanner *scanner)
{
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)disarmed_free);

  for (guint i = 0; i < plan->decisions->len; i++) {
    unsigned part = ((const Finding *)g_ptr_array_index(findings, i))->part;
    Disarmed *disarmed = NULL;

    if (!decides_on(findings, plan, i, part, ACTION_DISARM) || disarmed_find(all, part))
      continue;
    if (is_to_be_disarmed(findings, plan, part))
      disarmed = disarm_part(letter, tree, findings, plan, part, ruleset, scanner);
    if (disarmed)
      g_ptr_array_add(all, disarmed);
    else
      remove_instead(findings, plan, part);
  }
  return all;
}
