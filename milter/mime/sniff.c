/* sniff.c - content that some readers find inside what is only text to others: uuencode, yEnc and
 * BinHex in a text body, whole messages in one, and anything but plain words outside of all parts.
 */
#include <string.h>

#include "lexing.h"

static const unsigned char *
line_end(const unsigned char *p, const unsigned char *end)
{
  const unsigned char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;

  return nl != NULL ? nl : end;
}

static size_t
line_length(const unsigned char *p, const unsigned char *nl)
{
  while (nl > p && (nl[-1] == '\r' || is_blank(nl[-1])))
    nl--;
  return (size_t)(nl - p);
}

static gboolean
begins(const unsigned char *p, const unsigned char *end, const char *want)
{
  size_t len = strlen(want);

  return (size_t)(end - p) >= len && g_ascii_strncasecmp((const char *)p, want, len) == 0;
}

/* A uuencoded data line: its first byte counts the bytes that the rest holds. Blanks stand for
 * zeros in it and are lost at its end on the way, so a line may be short, down to its count alone.
 */
static gboolean
is_uu_line(const unsigned char *p, const unsigned char *nl)
{
  size_t len = line_length(p, nl);

  if (len < 1 || p[0] < 0x21 || p[0] > 0x60)
    return FALSE;

  size_t need = 4 * ((((size_t)(p[0] - 0x20) & 0x3f) + 2) / 3);

  for (size_t i = 1; i < len; i++)
    if (p[i] < 0x20 || p[i] > 0x60)
      return FALSE;
  return len - 1 <= need + 2;
}

static gboolean
is_base64_line(const unsigned char *p, const unsigned char *nl)
{
  size_t len = line_length(p, nl);

  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isalnum(p[i]) && p[i] != '+' && p[i] != '/' && p[i] != '=')
      return FALSE;
  return len > 0;
}

/* The line that announces BinHex, and the colon that begins its data (RFC 1741), near it. */
static gboolean
is_binhex(const unsigned char *p, const unsigned char *nl, const unsigned char *end)
{
  if (!begins(p, nl, "(This file must be converted with BinHex"))
    return FALSE;
  for (int i = 0; i < 4 && nl < end; i++) {
    p = nl + 1;
    nl = line_end(p, end);
    if (p < nl && *p == ':')
      return TRUE;
  }
  return FALSE;
}

/* `begin 644 name` and a data line within the next two lines (some writers put a blank one). */
gboolean
sniff_uu(const unsigned char *line, const unsigned char *end)
{
  const unsigned char *nl = line_end(line, end);
  const unsigned char *p = line;
  gboolean base64 = FALSE;
  int digits = 0;

  if (begins(p, nl, "=ybegin ") || begins(p, nl, "begin-base64 ")) {
    base64 = *p == 'b' || *p == 'B';
    if (!base64)
      return memmem(p, (size_t)(nl - p), "size=", 5) != NULL;
    p += strlen("begin-base64");
  } else if (begins(p, nl, "begin")) {
    p += strlen("begin");
  } else {
    return is_binhex(p, nl, end);
  }
  if (p >= nl || !is_blank(*p))
    return FALSE;
  while (p < nl && is_blank(*p))
    p++;
  for (; p < nl && *p >= '0' && *p <= '7'; p++)
    digits++;
  if (digits < 3 || digits > 6 || p >= nl || !is_blank(*p))
    return FALSE;
  for (int i = 0; i < 3 && nl < end; i++) {
    p = nl + 1;
    nl = line_end(p, end);
    if (base64 ? is_base64_line(p, nl) : is_uu_line(p, nl))
      return TRUE;
  }
  return FALSE;
}

gboolean
sniff_hidden_mime(const unsigned char *line, const unsigned char *end)
{
  const unsigned char *nl = line_end(line, end);

  if (begins(line, nl, "MIME-Version:"))
    return TRUE;
  if (!begins(line, nl, "Content-Type:"))
    return FALSE;
  for (line += strlen("Content-Type:"); line < nl && is_blank(*line); line++)
    ;
  return begins(line, nl, "multipart/") || begins(line, nl, "message/");
}

/* Bytes of a line that are no blanks; counted one by one only if there are any. */
static size_t
count_letters(const unsigned char *p, const unsigned char *nl)
{
  size_t len = line_length(p, nl);
  size_t letters = 0;

  if (memchr(p, ' ', len) == NULL && memchr(p, '\t', len) == NULL)
    return len;
  for (size_t i = 0; i < len; i++)
    letters += p[i] > ' ';
  return letters;
}

/* Lines of base64 but the last that are no whole quanta: readers that decode line by line see
 * something else than those that decode the stream. */
gboolean
sniff_uneven_base64(const unsigned char *text, size_t len)
{
  const unsigned char *end = text + len;
  const unsigned char *nl;
  gboolean uneven = FALSE;

  for (const unsigned char *p = text; p < end; p = nl + 1) {
    size_t letters;

    nl = line_end(p, end);
    letters = count_letters(p, nl);
    if (letters > 0 && uneven)
      return TRUE;
    if (letters > 0)
      uneven = letters % 4 != 0;
  }
  return FALSE;
}

static const char *
sniff_outside_line(const unsigned char *p, const unsigned char *nl, const unsigned char *end)
{
  if (is_mime_field(p, (size_t)(nl - p)))
    return "structural fields outside of all parts";
  if (sniff_uu(p, end))
    return "uuencoded data outside of all parts";
  if (line_length(p, nl) >= 40 && is_base64_line(p, nl))
    return "base64 data outside of all parts";
  return NULL;
}

/* A tag as HTML has it: '<' and a letter, '/', '!' or '?', unless it is <address@host> or
 * <scheme:address>, which plain text has too. */
static gboolean
is_tag(const unsigned char *p, const unsigned char *end)
{
  const unsigned char *q = p + 1;

  if (q >= end || (!g_ascii_isalpha(*q) && *q != '/' && *q != '!' && *q != '?'))
    return FALSE;
  end = MIN(end, p + 256); /* no tag is longer before its first blank */
  for (; q < end && !g_ascii_isspace(*q) && *q != '>'; q++)
    if (*q == '@' || *q == ':')
      return FALSE;
  return TRUE;
}

const char *
sniff_outside(const unsigned char *text, size_t len)
{
  const unsigned char *end = text + len;
  const unsigned char *nl;

  for (const unsigned char *p = text; p < end; p = nl + 1) {
    const char *what;

    nl = line_end(p, end);
    what = sniff_outside_line(p, nl, end);
    if (what != NULL)
      return what;
  }
  for (const unsigned char *p = text; p < end; p++) {
    p = memchr(p, '<', (size_t)(end - p));
    if (p == NULL)
      break;
    if (is_tag(p, end))
      return "HTML outside of all parts";
  }
  return NULL;
}
