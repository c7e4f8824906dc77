/* fuzz_card.c - calendars and contacts: lines follow each other and cover the source; links lie in
 * their lines, and in their views; a line that is folded reads the same again. */
#include "card.h"

#include <stdint.h>
#include <string.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const CardLine *line, size_t at, size_t size)
{
  g_assert_cmpuint(line->whole.off, ==, at);
  g_assert_cmpuint(range_end(line->whole), <=, line->next);
  g_assert_cmpuint(line->next, >, at);
  g_assert_cmpuint(line->next, <=, size);
  g_assert_cmpuint(line->value, <=, line->raw->len);
  Range raw = card_line_raw(line, range_make(0, line->view->len));
  g_assert_cmpuint(range_end(raw), <=, line->raw->len);
  g_assert_true(range_holds(line->whole, card_line_source(line, range_make(0, line->raw->len))) ||
                line->raw->len == 0);
}

static void
check_fold(const CardLine *line)
{
  g_autoptr(GString) out = g_string_new(NULL);
  if (memchr(line->raw->str, '\n', line->raw->len) != NULL || line->raw->len == 0 ||
      (line->raw->len > 0 && strchr("\r=", line->raw->str[line->raw->len - 1]) != NULL) ||
      !g_utf8_validate(line->raw->str, (gssize)line->raw->len, NULL) || line->value > 70 ||
      strchr(" \t", line->raw->str[0]) != NULL)
    return;
  card_line_fold(out, line->raw->str, line->raw->len, line->quoted, "\r\n");
  g_autoptr(CardLine) again = card_line_read((const unsigned char *)out->str, out->len, 0);
  g_assert_true(again->raw->len == line->raw->len &&
                memcmp(again->raw->str, line->raw->str, line->raw->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GArray) links = links_new();
  card_links(data, size, links);
  g_assert_cmpuint(links->len, <=, LIMIT_LINKS * 2);
  for (size_t at = 0; at < size;) {
    g_autoptr(CardLine) line = card_line_read(data, size, at);
    check_line(line, at, size);
    check_fold(line);
    at = line->next;
  }
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    g_assert_cmpuint(range_end(link->span), <=, size);
    g_assert_true(link->target != NULL && *link->target != '\0');
    if (link->tag.len == 0)
      continue;
    g_autoptr(CardLine) line = card_line_read(data, size, link->tag.off);
    g_assert_true(range_holds(line->whole, link->span));
    g_assert_cmpuint(range_end(link->label), <=, line->view->len);
  }
  return 0;
}
