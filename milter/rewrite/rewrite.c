/* rewrite.c - a plan carried out: what becomes of each part, then the bytes, layer by layer from
 * the inside out, then the reply. */
#include "rewrite.h"

#include <string.h>

#include "bounds.h"
#include "card.h"
#include "deaden.h"
#include "error.h"
#include "inspect.h"
#include "rewriter.h"
#include "rtf.h"

gboolean
decision_kills(const Decision *decision)
{
  return decision->action == ACTION_DEFANG || decision->action == ACTION_REMOVE ||
         decision->action == ACTION_DISARM;
}

Signature
part_signature(const Part *part)
{
  if (!(part->flags & PART_SIGNED))
    return SIGNATURE_KEPT;
  for (const Part *up = part->parent; up != NULL; up = up->parent)
    if ((up->flags & PART_OPAQUE) && (up->flags & PART_SIGNED))
      return SIGNATURE_TAKEN_OFF;
  return SIGNATURE_BROKEN;
}

gboolean
decision_is_quiet(const Decision *decision)
{
  return decision->tier == TIER_INFORMATION && decision_kills(decision);
}

static void
work_free(gpointer data)
{
  Work *work = data;
  g_array_unref(work->findings);
  g_array_unref(work->fields);
  g_array_unref(work->inner);
  text_free(work->text);
  edits_free(work->edits);
  summary_free(work->summary);
  g_free(work);
}

static const char *
eol_of(const Rewriter *r, const Part *part, const Text *text)
{
  size_t len;
  const char *utf8 = g_bytes_get_data(text->utf8, &len);
  const char *lf = memchr(utf8, '\n', len);
  if (lf == NULL)
    return part_eol(r, part);
  return lf > utf8 && lf[-1] == '\r' ? "\r\n" : "\n";
}

void
work_open(Rewriter *r, Work *work)
{
  if (work->text != NULL)
    return;
  work->text = inspect_text(r->tree, work->part);
  work->eol = eol_of(r, work->part, work->text);
  work->edits = edits_new();
}

/* --- marks of findings ------------------------------------------------------------------------ */

static gboolean
has_host(const Url *url)
{
  return *url->host != '\0' &&
         (url_scheme_is_special(url->scheme) || strchr(url->host, '.') != NULL);
}

/* A host that is too long loses its front: the registrable domain is what matters. */
static char *
host_shown(const char *host)
{
  size_t len = strlen(host);
  if (len <= 100)
    return g_strdup(host);
  return g_strconcat("\xe2\x80\xa6", host + len - 99, NULL);
}

Mark *
mark_new(const Rewriter *r, guint i, What what)
{
  const Finding *finding = finding_at(r, i);
  const Decision *decision = decision_at(r, i);
  const Hop at = finding_place(finding, decision->hop);
  const Url *url = at.url;
  Mark *mark = g_new0(Mark, 1);
  mark->tier = decision->tier;
  mark->what = what;
  mark->carried = decision->hop >= 0 && finding->hops != NULL;
  mark->notice = decision->notice != NULL ? ruleset_notice(r->ruleset, decision->notice) : NULL;
  mark->service = decision->by_service ? ruleset_service_names(r->ruleset, at.service) : NULL;
  if (url != NULL && has_host(url)) {
    mark->host = host_shown(url->host);
    mark->domain = g_strdup(strlen(url->domain) <= 99 ? url->domain : "");
    if (url->display != NULL && strcmp(url->display, url->host) != 0)
      mark->display = name_clean(url->display, 100);
  } else {
    mark->host = url != NULL ? g_strconcat(url->scheme, ":", NULL) : g_strdup("");
    mark->domain = g_strdup("");
  }
  if (finding->resembles != NULL && finding->impostor == decision->hop)
    mark->resembles = host_shown(finding->resembles);
  return mark;
}

unsigned
mark_again(GHashTable *kinds, const Mark *mark)
{
  g_autofree char *kind = g_strdup_printf("%u %u %s", mark->what, mark->tier,
                                          mark->notice != NULL ? mark->notice->id : "");
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(kinds, kind)) + 1;
  if (mark->what == WHAT_CHECK)
    return 1;
  g_hash_table_insert(kinds, g_steal_pointer(&kind), GUINT_TO_POINTER(n));
  return n;
}

gboolean
mark_is_new(GHashTable *seen, size_t place, const Mark *mark)
{
  return g_hash_table_add(seen, g_strdup_printf("%" G_GSIZE_FORMAT " %s %s", place,
                                                mark->notice != NULL ? mark->notice->id : "",
                                                mark->host));
}

gboolean
is_glued(const unsigned char *utf8, size_t len, Range range)
{
  size_t end = range_end(range);
  return (range.off > 0 && g_ascii_isalnum(utf8[range.off - 1])) ||
         (end < len && g_ascii_isalnum(utf8[end]));
}

/* --- what becomes of each part -----------------------------------------------------------------
 */

/* One finding that is to be removed is enough; what could not be disarmed is removed too. */
static void
work_kill(Rewriter *r, Work *work, const Decision *decision)
{
  if (decision->action == ACTION_DISARM)
    work->disarmed = disarmed_find(r->disarmed, work->part->index);
  work->removed = work->removed || decision->action != ACTION_DISARM || work->disarmed == NULL;
}

static void
survey(Rewriter *r)
{
  for (guint i = 0; i < r->tree->parts->len; i++) {
    Work *work = g_new0(Work, 1);
    work->part = tree_part(r->tree, i);
    work->findings = g_array_new(FALSE, FALSE, sizeof(guint));
    work->fields = g_array_new(FALSE, FALSE, sizeof(guint));
    work->inner = g_array_new(FALSE, FALSE, sizeof(guint));
    work->summary = summary_new();
    g_ptr_array_add(r->works, work);
  }
  for (guint i = 0; i < r->findings->len; i++) {
    const Finding *finding = finding_at(r, i);
    const Decision *decision = decision_at(r, i);
    Work *work = work_at(r, MIN(finding->part, r->works->len - 1));
    if (finding->kind == FINDING_LINK && finding->link.use == LINK_HEADER) {
      g_array_append_val(work->fields, i);
      continue;
    }
    if (finding->kind == FINDING_LINK && finding->inner) {
      g_array_append_val(work->inner, i);
      continue;
    }
    g_array_append_val(work->findings, i);
    if (finding->kind == FINDING_FILE && decision_kills(decision))
      work_kill(r, work, decision);
    if (finding_is_code(r, i))
      work->coded = work->coded || decision_kills(decision);
    else if (finding->kind == FINDING_LINK && decision->action != ACTION_PASS)
      work->acted = TRUE;
    work->acted = work->acted || decision_labels(finding, decision);
    if (finding->kind == FINDING_MARKUP && decision_kills(decision)) {
      work->acted = TRUE;
      work->anew = work->anew || finding->active.trait == TRAIT_ID_AMBIGUOUS;
    }
  }
}

/* Parents come first, in a layer and across layers. */
static void
cover(Rewriter *r)
{
  for (guint i = 0; i < r->works->len; i++) {
    Work *work = work_at(r, i);
    work->removed = work->removed || (work->coded && !picture_is_shown(work->part));
    const Part *above = work->part->parent;
    if (above == NULL && work->part->layer > 0)
      above = tree_layer(r->tree, work->part->layer)->carrier;
    if (above != NULL && above->index < i)
      work->covered = work_at(r, above->index)->removed || work_at(r, above->index)->covered;
    if (work->covered)
      work->removed = FALSE;
  }
}

/* Links that were made to lead nowhere inside a file. */
static void
count_dead(Rewriter *r, Work *work, const GArray *findings, Cleaned *cleaned)
{
  for (guint i = 0; i < findings->len; i++) {
    guint finding = g_array_index(findings, guint, i);
    const Decision *decision = decision_at(r, finding);
    if (finding_at(r, finding)->kind != FINDING_LINK || !decision_kills(decision) ||
        decision->tier == TIER_NONE)
      continue;
    Mark *mark = mark_new(r, finding, WHAT_DISABLED);
    summary_count(work->summary, mark, COUNT_DISABLED);
    if (decision->tier > TIER_INFORMATION)
      cleaned_add_host(cleaned, mark->host);
    mark_free(mark);
  }
}

/* Each file that is disarmed is named in the notes, unless all that was done to it is of tier
 * information. */
static void
count_disarmed(Rewriter *r, Work *work)
{
  const char *name = work->part->names->len ? g_ptr_array_index(work->part->names, 0) : "";
  Cleaned *cleaned = cleaned_new(name, &work->disarmed->taken);
  if (work->disarmed->taken.traits & ~TRAIT(SIGNED)) {
    work->summary->counts[COUNT_DISARMED]++;
    work->summary->tier = MAX(work->summary->tier, TIER_POLICY);
  }
  count_dead(r, work, work->findings, cleaned);
  count_dead(r, work, work->inner, cleaned);
  if (work->disarmed->taken.traits || cleaned->hosts->len > 0)
    g_ptr_array_add(work->summary->cleaned, cleaned);
  else
    cleaned_free(cleaned);
}

static void
count_file(Rewriter *r, Work *work)
{
  Tier tier = TIER_NONE;
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    const Decision *decision = decision_at(r, finding);
    if (finding_at(r, finding)->kind != FINDING_FILE || !decision_kills(decision))
      continue;
    tier = MAX(tier, decision->tier);
    if (decision->notice != NULL)
      summary_add_notice(work->summary, ruleset_notice(r->ruleset, decision->notice), NULL);
  }
  /* A file that is gone is told of, whatever the tier. */
  work->summary->counts[COUNT_FILES]++;
  work->summary->tier = MAX(tier, TIER_POLICY);
}

static void
edit_text(Rewriter *r, Work *work)
{
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  if (card_is(work->part, utf8, len))
    card_part_edit(r, work);
  else if (rtf_is(work->part, utf8, len))
    rtf_part_edit(r, work);
  else
    text_part_edit(r, work);
}

static gboolean
is_changed(const Work *work)
{
  return work->removed || work->coded || work->disarmed != NULL || work->anew ||
         (work->edits != NULL && edits_count(work->edits) > 0);
}

static int
edit_parts(Rewriter *r, GError **error)
{
  g_autoptr(GHashTable) lost = lost_parts_find(r);
  for (guint i = 0; i < r->works->len; i++) {
    Work *work = work_at(r, i);
    if (work->covered)
      continue;
    fields_drop_results(r, work);
    if (fields_edit(r, work, error) != 0)
      return -1;
    if (work->coded)
      picture_count(r, work);
    if (work->removed) {
      count_file(r, work);
    } else if (work->disarmed != NULL) {
      count_disarmed(r, work);
    } else if (work->acted) {
      work_open(r, work);
      if (work->part->flags & PART_HTML) {
        html_part_edit(r, work);
        html_active_edit(r, work);
      } else {
        edit_text(r, work);
      }
      copied_edit(r, work);
    }
    if (g_hash_table_size(lost) > 0 && (work->part->flags & PART_HTML) &&
        !(work->part->flags & PART_ATTACHMENT) && !work->removed)
      lost_parts_edit(r, work, lost);
    if (is_changed(work))
      work->summary->signature = part_signature(work->part);
  }
  return 0;
}

static int
write_parts(Rewriter *r, GError **error)
{
  for (guint i = 0; i < r->works->len; i++) {
    Work *work = work_at(r, i);
    if (work->covered)
      continue;
    if (is_changed(work))
      stale_fields_drop(r, work->part);
    if (work->removed)
      placeholder_write(r, work);
    else if (work->coded)
      picture_write(r, work);
    else if (work->disarmed != NULL)
      part_write_file(r, work->part, work->disarmed);
    else if (work->anew && html_anew(work, error) != 0)
      return -1;
    else if (work->edits != NULL && part_write(r, work, error) != 0)
      return -1;
  }
  return 0;
}

/* --- layers ------------------------------------------------------------------------------------
 */

/* An inner message that changed is encoded again as it came, or in base64; S/MIME ends. */
static int
close_layer(Rewriter *r, guint index, GError **error)
{
  const Layer *layer = tree_layer(r->tree, index);
  Edits *edits = g_ptr_array_index(r->layers, index);
  Part *carrier = layer->carrier;
  if (edits_count(edits) == 0 || carrier == NULL)
    return 0;
  g_autoptr(GBytes) bytes = edits_splice(layer->bytes, edits, error);
  if (bytes == NULL)
    return -1;
  if (carrier->flags & PART_OPAQUE)
    return opaque_write(r, carrier, bytes, error);
  size_t len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  Encoding encoding = carrier->encoding == ENCODING_QP ? ENCODING_QP : ENCODING_BASE64;
  g_autoptr(GBytes) body = content_encode(data, len, encoding, part_eol(r, carrier));
  part_replace_body(r, carrier, body);
  if (encoding != carrier->encoding)
    header_set(r, carrier, "Content-Transfer-Encoding", encoding_name(encoding));
  return 0;
}

/* What the front would refuse is said here, where it leads to a hold and not to endless retries.
 * Half of the changes are left for forged fields of ours. */
static int
check_headers(const Reply *reply, GError **error)
{
  gboolean fits = reply->headers->len <= LIMIT_HEADER_CHANGES / 2;
  for (guint i = 0; fits && i < reply->headers->len; i++) {
    const HeaderChange *change = g_ptr_array_index(reply->headers, i);
    fits = change->value == NULL || strlen(change->value) <= LIMIT_HEADER_VALUE;
  }
  if (!fits)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "too many header fields would change");
  return fits ? 0 : -1;
}

static int
close_letter(Rewriter *r, Reply *reply, GError **error)
{
  const Layer *letter = tree_layer(r->tree, 0);
  Edits *edits = g_ptr_array_index(r->layers, 0);
  size_t start = letter->root->body.off;
  headers_finish(r, reply);
  if (check_headers(reply, error) != 0 || edits_sort(edits, error) != 0)
    return -1;
  if (edits_count(edits) == 0)
    return 0;
  if (edits_get(edits, 0)->at.off < start) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "a change reaches into the header");
    return -1;
  }
  g_autoptr(GBytes) bytes = edits_splice(letter->bytes, edits, error);
  if (bytes == NULL)
    return -1;
  reply->body = g_bytes_new_from_bytes(bytes, start, g_bytes_get_size(bytes) - start);
  return 0;
}

/* Notes alone break a signature too. */
static int
check_signatures(const Rewriter *r, GError **error)
{
  if (!ruleset_settings(r->ruleset)->hold_signed)
    return 0;
  for (guint i = 0; i < r->works->len; i++) {
    const Work *work = work_at(r, i);
    if (!is_changed(work) || part_signature(work->part) == SIGNATURE_KEPT)
      continue;
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA,
                "digitally signed, and something in it would have to go (hold-signed)");
    return -1;
  }
  return 0;
}

static int
carry_out(Rewriter *r, Reply *reply, GError **error)
{
  survey(r);
  cover(r);
  notes_choose(r);
  if (edit_parts(r, error) != 0)
    return -1;
  notes_add(r);
  if (check_signatures(r, error) != 0)
    return -1;
  stale_fields_drop_has_attach(r);
  if (write_parts(r, error) != 0)
    return -1;
  for (guint i = r->tree->layers->len; i-- > 1;)
    if (close_layer(r, i, error) != 0)
      return -1;
  return close_letter(r, reply, error);
}

static void
rewriter_clear(Rewriter *r)
{
  g_clear_pointer(&r->works, g_ptr_array_unref);
  g_clear_pointer(&r->layers, g_ptr_array_unref);
  g_clear_pointer(&r->top, g_array_unref);
}

int
rewrite_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
            const GPtrArray *disarmed, const Ruleset *ruleset, Reply *reply, GError **error)
{
  Rewriter r = {
      .tree = tree, .findings = findings, .plan = plan, .ruleset = ruleset, .disarmed = disarmed};
  if (plan->verdict != VERDICT_DELIVER)
    return 0;
  if (plan->decisions->len != findings->len) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "the plan does not fit its findings");
    return -1;
  }
  r.works = g_ptr_array_new_with_free_func(work_free);
  r.layers = g_ptr_array_new_with_free_func((GDestroyNotify)edits_free);
  r.top = headers_new();
  for (guint i = 0; i < tree->layers->len; i++)
    g_ptr_array_add(r.layers, edits_new());
  speech_init(&r.speech, ruleset_settings(ruleset), letter->ref != NULL ? letter->ref : "");
  int result = carry_out(&r, reply, error);
  rewriter_clear(&r);
  return result;
}
