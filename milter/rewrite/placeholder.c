/* placeholder.c - what stands where a file was removed.
 *
 * It is shown inline, so that Thunderbird and Apple Mail put it where the file stood, and it has a
 * file name, so that Outlook and Gmail list it by a name that says what it is instead of
 * "ATT00001.txt". In multipart/alternative it is an attachment: as the last alternative it would
 * otherwise be shown in place of the message. Its Content-ID goes, because readers hide what a
 * page refers to; that of a root of multipart/related stays. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"

#define NAME_SHOWN 120 /* characters of a file name that are shown */
#define NAME_KEPT  40  /* characters of it in the placeholder's own name */
#define LISTED     5   /* inner files that are named */

typedef struct loss {
  const Finding *file; /* the outer one; NULL if inspection made none */
  Told *told;          /* the notice of the most serious decision; may be NULL */
  GPtrArray *inner;    /* char *: paths of what it was removed for, hosts of its QR codes and of
                          links in it */
  gboolean stubborn;   /* removed for a link alone, which could not be made dead in its place */
  guint64 size;
} Loss;

static char *
code_words(const Rewriter *r, guint i)
{
  Mark *mark = mark_new(r, i, WHAT_QR);
  char *words = g_strconcat("QR \xe2\x80\xba ", mark->host, NULL);
  mark_free(mark);
  return words;
}

/* A link that could not be made to lead nowhere in its place. */
static void
loss_add_link(const Rewriter *r, guint i, Loss *loss)
{
  Mark *mark;

  if (!decision_kills(decision_at(r, i)))
    return;
  mark = mark_new(r, i, WHAT_DISABLED);
  g_ptr_array_add(loss->inner,
                  g_strconcat(finding_at(r, i)->path, " \xe2\x80\xba ", mark->host, NULL));
  mark_free(mark);
}

static void
loss_add(Rewriter *r, guint i, Loss *loss, Tier *tier)
{
  const Finding *finding = finding_at(r, i);
  const Decision *decision = decision_at(r, i);
  gboolean code = finding_is_code(r, i);
  if (finding->kind != FINDING_FILE && !code)
    return;
  if (!code && !finding->inner && loss->file == NULL)
    loss->file = finding;
  if (finding->kind == FINDING_FILE && !finding->inner && decision->wanted == ACTION_DEFANG)
    loss->stubborn = TRUE;
  if (!decision_kills(decision))
    return;
  if (finding->inner && finding->path != NULL)
    g_ptr_array_add(loss->inner, g_strdup(finding->path));
  if (code)
    g_ptr_array_add(loss->inner, code_words(r, i));
  if (decision->notice != NULL && (loss->told == NULL || decision->tier > *tier)) {
    g_clear_pointer(&loss->told, told_free);
    loss->told = told_new(ruleset_notice(r->ruleset, decision->notice));
    *tier = decision->tier;
  }
}

/* The services of links for which the notice is given. */
static void
loss_add_service(const Rewriter *r, guint i, Loss *loss)
{
  if (finding_at(r, i)->kind != FINDING_LINK || !decision_kills(decision_at(r, i)))
    return;
  Mark *mark = mark_new(r, i, WHAT_DISABLED);
  if (loss->told != NULL && mark->notice == loss->told->notice)
    told_add(loss->told, mark->service);
  mark_free(mark);
}

static const char *
loss_name(const Work *work, const Loss *loss)
{
  if (loss->file != NULL && loss->file->name != NULL && *loss->file->name != '\0')
    return loss->file->name;
  if (work->part->names->len > 0)
    return g_ptr_array_index(work->part->names, 0);
  return work->part->type;
}

static char *
shown(const char *name)
{
  g_autofree char *clean = name_clean(name, NAME_SHOWN);
  return deaden(clean, -1);
}

static void
append_inner(GString *out, const Loss *loss, unsigned lang)
{
  static const char *const because[LANGS] = {"It contains: ", "內含：", "内含："};
  for (guint i = 0; i < loss->inner->len && i < LISTED; i++) {
    g_autofree char *path = shown(g_ptr_array_index(loss->inner, i));
    g_string_append_printf(out, "%s%s\n", because[lang], path);
  }
  if (loss->inner->len > LISTED)
    g_string_append_printf(out, "%s+ %u\n", because[lang], loss->inner->len - LISTED);
}

/* Lines parted by LF, without one at the end. */
static char *
loss_words(const Rewriter *r, const Work *work, const Loss *loss, unsigned lang)
{
  static const char *const removed[LANGS] = {"File removed: ", "檔案已移除：", "文件已移除："};
  static const char *const stubborn[LANGS] = {
      "A link cannot be disabled by itself inside a file of this kind, so all of it was removed.",
      "這類檔案內的連結無法單獨停用，因此整個檔案已移除。",
      "此类文件内的链接无法单独停用，因此整个文件已移除。"};
  GString *out = g_string_new(NULL);
  g_autofree char *name = shown(loss_name(work, loss));
  g_autofree char *size = size_words(loss->size);
  g_autofree char *keep = keep_words(&r->speech, lang), *url = request_url(&r->speech);
  g_string_append_printf(out, "%s%s (%s)\n", removed[lang], name, size);
  append_inner(out, loss, lang);
  if (loss->stubborn)
    g_string_append_printf(out, "%s\n", stubborn[lang]);
  if (loss->told != NULL) {
    g_autofree char *title = told_title(loss->told, lang);
    g_autofree char *words = notice_words(loss->told->notice, lang);
    g_string_append_printf(out, "%s%s%s\n", title, colon_word(lang), words);
  }
  if (part_signature(work->part) != SIGNATURE_KEPT)
    g_string_append_printf(out, "%s\n", signature_words(part_signature(work->part), lang));
  g_string_append(out, keep);
  if (url != NULL)
    g_string_append_printf(out, "\n%s%s", request_word(lang), url);
  return g_string_free(out, FALSE);
}

static char *
as_text(const Rewriter *r, char *const texts[LANGS], const char *eol)
{
  GString *out = g_string_new(NULL);
  for (unsigned i = 0; i < LANGS; i++) {
    g_auto(GStrv) lines = g_strsplit(texts[i], "\n", -1);
    if (i > 0)
      g_string_append(out, eol);
    for (char **line = lines; *line != NULL; line++)
      text_wrap(out, *line, eol);
  }
  return g_string_free(out, FALSE);
}

/* --- header ---------------------------------------------------------------------------------- */

/* Letters and digits of any script, and '-' for all else: no dot, so nothing that looks like an
 * ending. */
static char *
safe_name(const char *name)
{
  g_autofree char *valid = g_utf8_make_valid(name, -1);
  GString *out = g_string_new("REMOVED-");
  size_t count = 0;
  for (const char *p = valid; *p != '\0' && count < NAME_KEPT; p = g_utf8_next_char(p), count++) {
    gunichar c = g_utf8_get_char(p);
    gboolean keep = g_unichar_isalnum(c) && c != 0xfffd;
    if (keep)
      g_string_append_unichar(out, c);
    else if (out->str[out->len - 1] != '-')
      g_string_append_c(out, '-');
  }
  if (out->str[out->len - 1] == '-')
    g_string_truncate(out, out->len - 1);
  return g_string_free(out, FALSE);
}

/* One form of the name only: with both, a strict reader would see a conflict. */
static char *
disposition(const char *how, const char *name, const char *ending)
{
  GString *out = g_string_new(how);
  gboolean ascii = g_str_is_ascii(name);
  g_string_append(out, ascii ? ";\n filename=\"" : ";\n filename*=utf-8''");
  for (const char *p = name; *p != '\0'; p++) {
    if ((unsigned char)*p >= 0x80)
      g_string_append_printf(out, "%%%02X", (unsigned char)*p);
    else
      g_string_append_c(out, *p);
  }
  g_string_append_printf(out, "%s%s", ending, ascii ? "\"" : "");
  return g_string_free(out, FALSE);
}

static gboolean
parent_is(const Part *part, const char *type)
{
  return part->parent != NULL && strcmp(part->parent->type, type) == 0;
}

/* A page among pages: in multipart/related or /alternative whose other texts are all HTML. */
static gboolean
becomes_html(const Part *part)
{
  gboolean pages = FALSE;
  if (!parent_is(part, "multipart/related") && !parent_is(part, "multipart/alternative"))
    return FALSE;
  for (guint i = 0; i < part->parent->children->len; i++) {
    const Part *sibling = g_ptr_array_index(part->parent->children, i);
    if (sibling == part)
      continue;
    if (sibling->flags & PART_TEXT)
      return FALSE;
    pages = pages || (sibling->flags & PART_HTML);
  }
  return pages || (part->flags & PART_HTML);
}

/* multipart/related names its root by Content-ID in `start`. */
static gboolean
is_named_root(const Rewriter *r, const Part *part)
{
  if (part->content_id == NULL || !parent_is(part, "multipart/related"))
    return FALSE;
  const Field *type = part_field(r->tree, part->parent, "Content-Type", 0);
  size_t len;
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, &len);
  return type != NULL && memmem(bytes + type->value.off, type->value.len, part->content_id,
                                strlen(part->content_id)) != NULL;
}

void
placeholder_header(Rewriter *r, const Part *part, const char *name, PlaceholderKind kind,
                   Encoding encoding)
{
  static const char *const types[] = {"text/plain; charset=utf-8", "text/html; charset=utf-8",
                                      "image/png"};
  static const char *const endings[] = {".txt", ".html", ".png"};
  const gboolean named = kind == PLACEHOLDER_PICTURE || is_named_root(r, part);
  const char *keep[] = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
                        named ? "Content-ID" : NULL, NULL};
  gboolean message = part->parent == NULL || (part->parent->flags & PART_MESSAGE);
  g_autofree char *safe = safe_name(name);
  g_autofree char *shown_as = disposition(
      parent_is(part, "multipart/alternative") ? "attachment" : "inline", safe, endings[kind]);
  header_set(r, part, "Content-Type", types[kind]);
  header_set(r, part, "Content-Transfer-Encoding", encoding_name(encoding));
  header_set(r, part, "Content-Disposition", shown_as);
  header_delete_content(r, part, keep);
  if (message && part_field(r->tree, part, "MIME-Version", 0) == NULL)
    header_set(r, part, "MIME-Version", "1.0");
}

void
placeholder_write(Rewriter *r, const Work *work)
{
  Part *part = work->part;
  const char *eol = part_eol(r, part);
  g_autoptr(GPtrArray) inner = g_ptr_array_new_with_free_func(g_free);
  Loss loss = {.inner = inner};
  Tier tier = TIER_NONE;
  char *texts[LANGS];
  gboolean html = becomes_html(part);
  for (guint i = 0; i < work->findings->len; i++)
    loss_add(r, g_array_index(work->findings, guint, i), &loss, &tier);
  for (guint i = 0; i < work->inner->len; i++)
    loss_add_link(r, g_array_index(work->inner, guint, i), &loss);
  for (guint i = 0; i < work->findings->len; i++)
    loss_add_service(r, g_array_index(work->findings, guint, i), &loss);
  for (guint i = 0; i < work->inner->len; i++)
    loss_add_service(r, g_array_index(work->inner, guint, i), &loss);
  loss.size = loss.file != NULL ? loss.file->size : g_bytes_get_size(part_content(r->tree, part));
  for (unsigned i = 0; i < LANGS; i++)
    texts[i] = loss_words(r, work, &loss, r->speech.order[i]);
  g_autofree char *body = html ? html_blocks(&r->speech, texts, eol) : as_text(r, texts, eol);
  Encoding encoding = html ? ENCODING_QP : ENCODING_BASE64;
  g_autoptr(GBytes) encoded =
      content_encode((const unsigned char *)body, strlen(body), encoding, eol);
  placeholder_header(r, part, loss_name(work, &loss), html ? PLACEHOLDER_HTML : PLACEHOLDER_TEXT,
                     encoding);
  part_replace_body(r, part, encoded);
  for (unsigned i = 0; i < LANGS; i++)
    g_free(texts[i]);
  told_free(loss.told);
}
