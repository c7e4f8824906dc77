/* estimate.c - libclamav's limits are about what comes out of a file. Some of its readers take
 * memory by what the file says, or by what stands in it, and are not asked before:
 *   mail   is kept as a list of lines, twice while it is taken apart: 65 KiB of an archive with
 *          fifty million empty lines took 3 GiB
 *   RAR 5  has a window as large as the archive declares, cleared before the first byte
 *   7z     is unpacked a folder at a time (sevenzip.c) */
#include "estimate.h"

#include <string.h>

#include "../signs.h"
#include "bounds.h"
#include "octets.h"
#include "sevenzip.h"

/* --- mail --- */

/* Two entries of a list, and what malloc adds to the text of a line, which is kept once. */
#define LINE_COST 96

/* A list that takes less does not matter; what it would take is known sooner than whose it is. */
#define SMALL_LIST MIB(4)

/* What libclamav takes for one by its beginning, besides a field of a header. */
static gboolean
begins_mail(const unsigned char *bytes, size_t len)
{
  static const char *const beginnings[] = {"From ", ">From ", "Hi. This is the qmail-send", "X-EVS",
                                           "X-Symantec-"};
  size_t n = 0;

  for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (len >= strlen(beginnings[i]) && memcmp(bytes, beginnings[i], strlen(beginnings[i])) == 0)
      return TRUE;
  while (n < len && (g_ascii_isalpha(bytes[n]) || bytes[n] == '-'))
    n++;
  return n > 0 && n < len && bytes[n] == ':';
}

/* Or by two fields behind other lines. Of each such pair one is Content-Type, MIME-Version or
 * Received, some letters of which may be small: one of them is enough to be careful. */
static gboolean
could_be_mail(const unsigned char *bytes, size_t len)
{
  static const char *const pieces[] = {"ontent-", "ersion: ", "eceived:", NULL};

  return begins_mail(bytes, len) || signs_any(pieces, bytes, len);
}

/* A line ends at a carriage return, too. */
static guint64
count_lines(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;
  guint64 lines = 0;

  for (const unsigned char *p = bytes; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
    lines++;
  for (const unsigned char *p = bytes; (p = memchr(p, '\r', (size_t)(end - p))) != NULL; p++)
    lines += p + 1 == end || p[1] != '\n';
  return lines;
}

guint64
estimate_mail(const unsigned char *bytes, size_t len)
{
  guint64 list;

  if (len < SMALL_LIST / (1 + LINE_COST))
    return 0;
  list = len + count_lines(bytes, len) * LINE_COST;
  return list >= SMALL_LIST && could_be_mail(bytes, len) ? list : 0;
}

/* --- RAR 5 (RARLAB's technote) --- */

#define RAR_FILE      2
#define RAR_ENCRYPTED 4
#define RAR_EXTRA     1
#define RAR_DATA      2
#define RAR_TIME      2
#define RAR_CHECKSUM  4

/* Where it reads; bad once it went over the end. */
typedef struct cursor {
  const unsigned char *at, *end;
  gboolean bad;
} Cursor;

static void
skip(Cursor *in, guint64 len)
{
  in->bad |= len > (guint64)(in->end - in->at);
  in->at = in->bad ? in->end : in->at + len;
}

/* Seven bits a byte, the lowest first; the eighth says that there are more. */
static guint64
take_number(Cursor *in)
{
  guint64 number = 0;

  for (unsigned shift = 0; shift < 64 && in->at < in->end; shift += 7) {
    const unsigned char byte = *in->at++;

    number |= (guint64)(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return number;
  }
  in->bad = TRUE;
  return 0;
}

/* A window is 128 KiB times a power of two, and 0 to 31 parts of 32 more. */
static guint64
window_of(Cursor head)
{
  const guint64 flags = take_number(&head);
  guint64 how;

  take_number(&head); /* how long it is unpacked */
  take_number(&head); /* attributes */
  skip(&head, (flags & RAR_TIME ? 4 : 0) + (flags & RAR_CHECKSUM ? 4 : 0));
  how = take_number(&head);
  if (head.bad)
    return 0;
  return KIB(128) * (32 + (how & 0x3f ? how >> 15 & 31 : 0)) / 32 << (how >> 10 & 31);
}

/* Headers that are read of a file, from all signatures in it on: one of a file may have a few
 * others behind it, of which libclamav takes no notice. */
#define RAR_HEADERS (4 * LIMIT_UNPACK_FILES)

/* The largest window of the archive that begins here, behind its signature; more than anybody has
 * once no header is left. */
static guint64
largest_window(Cursor in, unsigned *left)
{
  guint64 most = 0;

  while (in.at < in.end && !in.bad) {
    guint64 type, flags, data;
    Cursor head;

    if (*left == 0)
      return SEVENZIP_TOO_MUCH;
    --*left;
    skip(&in, 4); /* its checksum */
    head = in;
    skip(&in, take_number(&head) + (guint64)(head.at - in.at));
    head.end = in.at;
    type = take_number(&head);
    flags = take_number(&head);
    if (flags & RAR_EXTRA)
      take_number(&head);
    data = flags & RAR_DATA ? take_number(&head) : 0;
    if (type == RAR_ENCRYPTED || head.bad)
      break;
    if (type == RAR_FILE)
      most = MAX(most, window_of(head));
    skip(&in, data);
  }
  return most;
}

guint64
estimate_rar(const unsigned char *bytes, size_t len)
{
  static const char signature[] = "Rar!\x1a\7\1";
  const unsigned char *end = bytes + len, *p = bytes;
  const size_t before = 5, behind = sizeof signature - before; /* of its rarest letter's end */
  unsigned left = RAR_HEADERS;
  guint64 most = 0;

  while ((p = memchr(p, '\x1a', (size_t)(end - p))) != NULL) {
    p++;
    if ((size_t)(p - bytes) >= before && (size_t)(end - p) >= behind &&
        memcmp(p - before, signature, sizeof signature) == 0)
      most = MAX(most, largest_window((Cursor){p + behind, end, FALSE}, &left));
  }
  return most;
}

guint64
estimate_memory(const unsigned char *bytes, size_t len)
{
  if (len == 0)
    return 0;
  return sevenzip_memory(bytes, len) + estimate_rar(bytes, len) + estimate_mail(bytes, len);
}
