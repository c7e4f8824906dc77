/* html_icons.c - rows of icons, such as "follow us" and share buttons at the foot of a newsletter.
 *
 * An anchor that shows nothing but pictures is an icon if no picture says that it is large; two in
 * a row, or three if they do not say how large they are, make the row. Words between end a row;
 * bars, dots and blanks do not. A single icon is no row: it may well be what the mail is about. */
#include <string.h>

#include "css.h"
#include "html_scan.h"

/* Pixels, of a picture's width or height. */
#define ICON_MAX 64

#define SIZE_UNKNOWN (-1)

static gboolean
has_words(const HtmlToken *token)
{
  const char *p = token->data, *end = p + token->data_len;

  while (p < end) {
    gunichar c = g_utf8_get_char_validated(p, end - p);

    if (c >= (gunichar)-2) {
      p++;
      continue;
    }
    if (g_unichar_isalnum(c))
      return TRUE;
    p = g_utf8_next_char(p);
  }
  return FALSE;
}

static int
picture_size(const HtmlToken *token)
{
  int size = SIZE_UNKNOWN;

  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    if (html_name_is(a->name, "width") || html_name_is(a->name, "height"))
      size = MAX(size, css_length(a->value, a->value_len));
    else if (html_name_is(a->name, "style"))
      size = MAX(size, MAX(css_pixels(a->value, a->value_len, "width"),
                           css_pixels(a->value, a->value_len, "height")));
  }
  return size;
}

static void
row_end(HtmlScan *s)
{
  HtmlIcons *icons = &s->icons;
  unsigned least = icons->vague ? 3 : 2;

  for (guint i = 0; icons->row && icons->row->len >= least && i < icons->row->len; i++)
    g_array_index(s->links, Link, g_array_index(icons->row, int, i)).flags |= LINK_ICON;
  if (icons->row)
    g_array_set_size(icons->row, 0);
  icons->vague = FALSE;
}

/* The anchor that was looked at is over; one that shows nothing at all says nothing of the row. */
static void
anchor_end(HtmlScan *s)
{
  HtmlIcons *icons = &s->icons;

  if (icons->anchor >= 0 && icons->other) {
    row_end(s);
  } else if (icons->anchor >= 0 && icons->pictures > 0) {
    if (!icons->row)
      icons->row = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_append_val(icons->row, icons->anchor);
  }
}

static void
picture(HtmlIcons *icons, const HtmlToken *token)
{
  int size = picture_size(token);

  icons->pictures++;
  icons->vague = icons->vague || size == SIZE_UNKNOWN;
  icons->other = icons->other || size > ICON_MAX;
}

void
html_icons_token(HtmlScan *s, const HtmlToken *token)
{
  HtmlIcons *icons = &s->icons;

  if (s->hidden)
    return;
  if (icons->anchor != s->anchor.link) {
    anchor_end(s);
    icons->anchor = s->anchor.link;
    icons->pictures = 0;
    icons->other = FALSE;
  }
  if (token->type == HTML_TEXT && !token->raw && icons->anchor >= 0)
    icons->other = icons->other || has_words(token);
  else if (token->type == HTML_TEXT && !token->raw && icons->row && icons->row->len > 0 &&
           has_words(token))
    row_end(s);
  else if (token->type == HTML_START_TAG && icons->anchor >= 0 && html_name_is(token->name, "img"))
    picture(icons, token);
}

void
html_icons_end(HtmlScan *s)
{
  anchor_end(s);
  row_end(s);
  if (s->icons.row)
    g_array_unref(s->icons.row);
  s->icons.row = NULL;
}
