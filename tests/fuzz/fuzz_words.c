/* What is found in running text beside addresses: cues, and QR codes that are written. Bytes become
 * UTF-8 first, as text parts do. The first byte: is it HTML?
 *
 * Must hold: spans lie in the text and in order; the words of a cue are UTF-8 and end; of each kind
 * but notices no more are told than say it for all; links of codes lie in the text. */
#include <stdint.h>
#include <string.h>

#include "bounds.h"
#include "check.h"
#include "code_art.h"
#include "cue.h"
#include "link.h"
#include "qr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_cues(const unsigned char *utf8, size_t len)
{
  g_autoptr(GArray) cues = g_array_new(FALSE, FALSE, sizeof(Cue));
  gboolean whole = text_cues(utf8, len, CUE_ANY, cues);
  guint told[CUES] = {0};
  size_t last = 0;

  check(whole || cues->len >= LIMIT_CUES, "an early end");
  for (guint i = 0; i < cues->len; i++) {
    const Cue *cue = &g_array_index(cues, Cue, i);

    check(cue->span.len > 0 && range_end(cue->span) <= len, "a cue out of the text");
    check(range_end(cue->span) >= last, "cues out of order");
    check(memchr(cue->words, 0, sizeof cue->words) && g_utf8_validate(cue->words, -1, NULL),
          "words that are no text");
    check(++told[cue->id] <= CUES_OF_A_KIND || cue->id == CUE_ID_IMITATED_NOTICE, "too many");
    last = range_end(cue->span);
  }
}

static void
check_art(const unsigned char *utf8, size_t len, gboolean html)
{
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};
  Range run, rest = range_make(0, len);

  qr_art_links(&search, utf8, len, html, links);
  for (guint i = 0; i < links->len; i++)
    check(range_end(g_array_index(links, Link, i).span) <= len, "a code out of the text");
  while (art_run(utf8, rest, html, &run)) {
    check(run.len > 0 && run.off >= rest.off && range_end(run) <= len, "a run out of the text");
    rest = range_make(range_end(run), len - range_end(run));
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *utf8 = NULL;

  if (size < 2)
    return 0;
  utf8 = g_utf8_make_valid((const char *)data + 1, (gssize)size - 1);
  check_cues((const unsigned char *)utf8, strlen(utf8));
  check_art((const unsigned char *)utf8, strlen(utf8), data[0] & 1);
  return 0;
}
