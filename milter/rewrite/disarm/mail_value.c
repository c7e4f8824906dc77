/* mail_value.c - bodies, texts and files of a message of Outlook's.
 *
 * An address in words is broken where it stands and, in the body, followed by what the reader is
 * told, if the charset has room for it. One in a page is replaced by one that leads nowhere. */
#include "mail_value.h"

#include <string.h>

#include "../rewriter.h"
#include "bounds.h"
#include "deaden.h"
#include "html.h"
#include "lzfu.h"

#define NOWHERE "about:blank"

/* Over a text, in each charset. */
#define PASSES 4

/* What is tried, one after the other: all, with words behind it; without, where the charset has no
 * room for them; what everybody reads, where other readings lie across it. */
typedef enum effort { EFFORT_ALL, EFFORT_MUTE, EFFORT_SHOWN } Effort;

/* A text on its way through. */
typedef struct sheet {
  MapiUse use;
  const MapiText *text;
  Disarming *around;
  Effort effort;
  Edits *edits;
  unsigned links;
} Sheet;

static const unsigned char *
sheet_utf8(const Sheet *sheet)
{
  return g_bytes_get_data(sheet->text->text->utf8, NULL);
}

/* --- words --- */

/* What some readers leave out, a NUL or a soft hyphen, can part what would be broken: such an
 * address is written anew, without it. NULL for one that stands as it is used. */
static char *
dead_anew(const Sheet *sheet, const Link *link)
{
  const char *text = (const char *)sheet_utf8(sheet) + link->span.off, *target = link->target;

  if ((link->flags & LINK_BARE) && g_str_has_prefix(target, "mailto:"))
    target += strlen("mailto:");
  if (link->span.len > LIMIT_ADDRESS ||
      (strlen(target) == link->span.len && memcmp(text, target, link->span.len) == 0))
    return NULL;
  return deaden(target, -1);
}

static void
break_address(Sheet *sheet, const Link *link)
{
  const char *text = (const char *)sheet_utf8(sheet) + link->span.off;
  g_autoptr(GArray) pieces = deaden_pieces(text, link->span.len);
  g_autofree char *dead = dead_anew(sheet, link);

  if (dead) {
    edits_add_string(sheet->edits, link->span, dead);
    return;
  }
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);

    edits_add_string(sheet->edits, range_make(link->span.off + piece->at.off, piece->at.len),
                     piece->with);
  }
}

static void
kill_words(Sheet *sheet, const Link *link, const char *words)
{
  g_autofree char *mark = g_strdup_printf(" [%s]", words);

  break_address(sheet, link);
  if (sheet->use == MAPI_WORDS && sheet->effort == EFFORT_ALL)
    edits_add_string(sheet->edits, range_make(range_end(link->span), 0), mark);
}

/* --- pages --- */

/* Tags that stand inside stay. */
static void
kill_page_words(Sheet *sheet, const Link *link)
{
  const unsigned char *utf8 = sheet_utf8(sheet) + link->span.off;
  const gboolean plain = (link->flags & LINK_HIDDEN) || !memchr(utf8, '<', link->span.len);
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8, link->span.len);
  g_autofree char *dead = plain ? dead_anew(sheet, link) : NULL;
  g_autofree char *anew = dead ? html_text(dead) : NULL;
  const HtmlToken *token;

  if (anew)
    edits_add_string(sheet->edits, link->span, anew);
  else if (plain)
    html_deaden(sheet_utf8(sheet), link->span, sheet->edits);
  while (!plain && (token = html_tokenizer_next(tokenizer))->type != HTML_EOF)
    if (token->type != HTML_START_TAG && token->type != HTML_END_TAG && token->span.len > 0)
      html_deaden(sheet_utf8(sheet), range_make(link->span.off + token->span.off, token->span.len),
                  sheet->edits);
}

static void
kill_in_page(Sheet *sheet, const Link *link, const char *words)
{
  g_autofree char *text = g_strdup_printf(" [%s]", words);
  g_autofree char *mark = html_text(text);

  if (link->use == LINK_TEXT)
    kill_page_words(sheet, link);
  else
    edits_add_string(sheet->edits, link->span, NOWHERE);
  if ((link->use == LINK_FOLLOW || link->use == LINK_TEXT) &&
      !(link->flags & (LINK_HIDDEN | LINK_IN_ANCHOR)) && link->mark >= range_end(link->span))
    edits_add_string(sheet->edits, range_make(link->mark, 0), mark);
}

/* --- texts of either kind --- */

static gboolean
mark_dead(Sheet *sheet)
{
  g_autoptr(GArray) links = links_new();

  if (!mapi_text_links(sheet->text, sheet->use, links))
    return FALSE;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    const gboolean waits =
        sheet->effort == EFFORT_SHOWN && (link->flags & (LINK_HIDDEN | LINK_SALTED));
    const char *words = waits ? NULL : disarming_dead(sheet->around, link->target);

    if (!words)
      continue;
    (sheet->use == MAPI_PAGE ? kill_in_page : kill_words)(sheet, link, words);
    sheet->links++;
  }
  return sheet->links > 0;
}

/* *dead: is there one that should lead nowhere? */
static GBytes *
kill_links(const MailValue *value, const char *charset, Disarming *around, Effort effort,
           gboolean *dead)
{
  g_autoptr(MapiText) text =
      mapi_text_new(value->bytes, value->len, value->wide, value->use == MAPI_PAGE, charset);
  g_autoptr(Edits) edits = edits_new();
  Sheet sheet = {value->use, text, around, effort, edits, 0};
  GBytes *clean = NULL;

  *dead = mark_dead(&sheet);
  if (!*dead || edits_sort(edits, NULL) != 0)
    return NULL;
  clean = mapi_text_splice(text, edits);
  if (clean)
    around->taken.links += sheet.links;
  return clean;
}

/* What one charset shows another may not, and an address that is broken can show another one behind
 * it to those who leave out what is no character: so until nothing is found, some times. */
static GBytes *
disarm_value_text(const MailValue *value, const GPtrArray *charsets, Disarming *around)
{
  const guint count = value->wide ? 1 : charsets->len;
  MailValue now = *value;
  GBytes *clean = NULL;

  for (guint pass = 0, idle = 0; idle < count && pass < PASSES * count; pass++) {
    const char *charset = g_ptr_array_index(charsets, pass % count);
    GBytes *next = NULL;
    gboolean dead = TRUE;

    for (Effort effort = EFFORT_ALL; !next && dead && effort <= EFFORT_SHOWN; effort++)
      next = kill_links(&now, charset, around, effort, &dead);
    idle = next ? 0 : idle + 1;
    if (!next)
      continue;
    g_clear_pointer(&clean, g_bytes_unref);
    clean = next;
    now.bytes = g_bytes_get_data(clean, &now.len);
  }
  return clean;
}

/* --- others --- */

/* What acts in a page goes first, where its charset stays. */
static GBytes *
disarm_value_page(const MailValue *value, const GPtrArray *charsets, Disarming *around)
{
  const gboolean acts = around->orders->active && !value->wide;
  g_autoptr(GBytes) page = acts ? g_bytes_new(value->bytes, value->len) : NULL;
  g_autoptr(GBytes) inert = NULL;
  MailValue now = *value;
  gboolean utf8 = FALSE;
  GBytes *clean;

  inert = page ? disarm_html(page, g_ptr_array_index(charsets, 0), &utf8) : NULL;
  if (!inert || inert == page || utf8)
    return disarm_value_text(value, charsets, around);
  around->taken.traits |= TRAIT(HTML_SCRIPT);
  now.bytes = g_bytes_get_data(inert, &now.len);
  clean = now.len > 0 ? disarm_value_text(&now, charsets, around) : NULL;
  return clean ? clean : g_steal_pointer(&inert);
}

static GBytes *
disarm_value_rich_text(const MailValue *value, Disarming *around)
{
  const Taken before = around->taken;
  gboolean whole = TRUE;
  g_autoptr(GBytes) text = lzfu_open(value->bytes, value->len, LIMIT_TEXT, &whole);
  g_autoptr(GBytes) clean = text && whole ? disarm_rtf(text, around, NULL) : NULL;

  if (clean && clean != text)
    return lzfu_pack(clean);
  around->taken = before;
  return NULL;
}

static GBytes *
disarm_value_file(const MailValue *value, Disarming *around)
{
  g_autoptr(GBytes) file = g_bytes_new(value->bytes, value->len);
  GBytes *clean = disarm_inner(file, around);

  if (!clean)
    clean = disarm_picture(file, around, NULL);
  if (clean == file)
    g_clear_pointer(&clean, g_bytes_unref);
  return clean;
}

GBytes *
mail_value_disarm(const MailValue *value, const GPtrArray *charsets, Disarming *around)
{
  if (value->len == 0)
    return NULL;
  switch (value->use) {
  case MAPI_PAGE:
    return disarm_value_page(value, charsets, around);
  case MAPI_WORDS:
  case MAPI_NOTE:
  case MAPI_ELSEWHERE:
    return disarm_value_text(value, charsets, around);
  case MAPI_RICH_TEXT:
    return disarm_value_rich_text(value, around);
  case MAPI_FILE:
    return disarm_value_file(value, around);
  case MAPI_OTHER:
  case MAPI_NAME:
  case MAPI_ALIAS:
    break;
  }
  return NULL;
}
