/* disarm_card.c - a calendar or a contact that lies in another file: addresses that are to lead
 * nowhere, line by line as in one that is a part of the message (../card_deaden.c). */
#include "disarming.h"

#include <string.h>

#include "../rewriter.h"
#include "deaden.h"
#include "error.h"

typedef struct deck {
  Disarming *disarming;
  gboolean mute; /* nothing is said, only done */
  const unsigned char *utf8;
  size_t len;
  gboolean folds;
  const char *eol;
  Edits *edits;
} Deck;

gboolean
card_is_file(const unsigned char *head, size_t len)
{
  size_t at = len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (at < len && g_ascii_isspace(head[at]))
    at++;
  return len - at >= 7 && g_ascii_strncasecmp((const char *)head + at, "BEGIN:V", 7) == 0;
}

/* What the reader is told is left to where there is room for it. */
static char *
words_of(const Deck *deck, const CardLine *line, const Link *link, const char *words)
{
  gboolean shown = !deck->mute && line->prose && line->kind == CARD_TEXT && !line->quoted &&
                   deck->folds && link->label.off >= line->value;

  return shown ? g_strdup_printf(" [%s]", words) : NULL;
}

/* links[from, to) lie in one line. */
static void
edit_line(Deck *deck, const GArray *links, guint from, guint to)
{
  size_t at = g_array_index(links, Link, from).tag.off;
  g_autoptr(CardLine) line = card_line_read(deck->utf8, deck->len, at);
  g_autoptr(Edits) edits = edits_new();
  gboolean out = FALSE;

  for (guint i = from; i < to; i++) {
    const Link *link = &g_array_index(links, Link, i);
    const char *words = disarming_dead(deck->disarming, link->target);
    g_autofree char *shown = words ? words_of(deck, line, link, words) : NULL;

    if (!words)
      continue;
    deck->disarming->taken.links++;
    out = out || card_link_is_line(line, link);
    card_line_deaden(line, link, shown, edits);
  }
  if (out)
    edits_add(deck->edits, range_make(at, line->next - at), "", 0);
  else
    card_line_write(line, edits, deck->folds, deck->eol, deck->edits);
}

/* In text that no line shows. */
static void
edit_bare(Deck *deck, const Link *link)
{
  g_autofree char *dead = NULL;

  if (!disarming_dead(deck->disarming, link->target))
    return;
  dead = deaden((const char *)deck->utf8 + link->span.off, (gssize)link->span.len);
  edits_add_string(deck->edits, link->span, dead);
  deck->disarming->taken.links++;
}

static GBytes *
kill_links(GBytes *utf8, Disarming *disarming, gboolean mute)
{
  Deck deck = {.disarming = disarming, .mute = mute, .eol = "\r\n"};
  g_autoptr(GArray) links = links_new();
  g_autoptr(Edits) edits = edits_new();

  deck.utf8 = g_bytes_get_data(utf8, &deck.len);
  deck.folds = card_folds(deck.utf8, deck.len);
  deck.edits = edits;
  if (!memmem(deck.utf8, deck.len, "\r\n", 2))
    deck.eol = "\n";
  if (!card_links(deck.utf8, deck.len, links))
    return NULL;
  for (guint i = 0, end; i < links->len; i = end) {
    const Link *link = &g_array_index(links, Link, i);

    end = i + 1;
    if (link->tag.len == 0) {
      edit_bare(&deck, link);
      continue;
    }
    while (end < links->len && g_array_index(links, Link, end).tag.len > 0 &&
           g_array_index(links, Link, end).tag.off == link->tag.off)
      end++;
    edit_line(&deck, links, i, end);
  }
  return edits_splice(utf8, edits, NULL);
}

static GBytes *
kill_and_tell(GBytes *utf8, void *data)
{
  return kill_links(utf8, data, FALSE);
}

static GBytes *
only_kill(GBytes *utf8, void *data)
{
  return kill_links(utf8, data, TRUE);
}

/* Its charset stays: programs for dates ask for none. Where that has no room for what the reader is
 * told, nothing is told. */
GBytes *
disarm_card(GBytes *content, Disarming *disarming, GError **error)
{
  const Taken before = disarming->taken;
  gboolean utf8;
  GBytes *clean = disarm_text(content, NULL, kill_and_tell, disarming, &utf8);

  if (clean && utf8) {
    g_bytes_unref(clean);
    disarming->taken = before;
    clean = disarm_text(content, NULL, only_kill, disarming, &utf8);
  }
  if (clean && utf8) /* readers could differ on its lines as it came */
    g_clear_pointer(&clean, g_bytes_unref);
  if (!clean)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "calendar or contact: cannot be changed");
  return clean;
}
