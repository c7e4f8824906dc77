/* listing.c - the names in an archive, read by ourselves. What runs by its name alone (a script) is
 * only found by it.
 *
 * libclamav tells of names too, but cuts them at 255 bytes, leaves out a cabinet's entries whose
 * names are longer, knows neither of tar's two ways to write long ones, and of a zip that stands
 * behind something else (a picture, a PDF, one stray byte) it unpacks the files without their
 * names; and it makes something else of a name in 7z (sevenzip.c). 7-Zip, WinRAR and the rest open
 * such a file: they look for a zip's directory from the end. Sizes matter as far as they move what
 * is read next: a tar whose pax header gives another size than the header proper has its next file
 * elsewhere for libclamav than for all others. */
#include "listing.h"

#include <string.h>

#include "../content.h"
#include "bounds.h"
#include "finding.h"
#include "octets.h"
#include "opened.h"
#include "sevenzip.h"

/* What cabinets allow, and libclamav reads. */
#define CAB_NAME_MAX 255

/* FALSE if there are too many. */
static gboolean
add_name(GPtrArray *names, const unsigned char *name, size_t len)
{
  if (names->len >= LIMIT_UNPACK_FILES)
    return FALSE;
  g_ptr_array_add(names, g_strndup((const char *)name, len));
  return TRUE;
}

/* --- zip (APPNOTE.TXT 4.3.12 to 4.3.16) --- */

#define END_RECORD      22
#define END64           56
#define LOCATOR64       20
#define DIRECTORY_ENTRY 46
#define LOCAL_HEADER    30
#define COMMENT_MAX     0xffff

/* Directories behind one front: a disk image has the ends of a few archives in its last 64 KiB. */
#define DIRECTORIES_MAX 100

typedef struct zip {
  const unsigned char *bytes;
  size_t len;
  GPtrArray *names;
  gboolean behind;     /* something else */
  GArray *directories; /* size_t: those that were read, as several end records may share one */
  unsigned left;       /* entries that may still be read: one may begin in the midst of another */
  size_t name_bytes;   /* and bytes of their names */
} Zip;

/* What an end record says, the last word of Zip64's. */
typedef struct zip_end {
  size_t at; /* of the first of its records: the directory stands before it */
  guint64 entries, size, offset;
  gboolean torn; /* a part of it was not found */
} ZipEnd;

static gboolean
is_directory_entry(const Zip *zip, guint64 at, size_t end)
{
  return at <= end && end - at >= DIRECTORY_ENTRY && memcmp(zip->bytes + at, "PK\1\2", 4) == 0;
}

/* Where Zip64's end record can stand that has a locator behind it, before `end`: right in front of
 * that, or where it says, as more data may stand between. */
static const unsigned char *
find_end64(const Zip *zip, const unsigned char *locator)
{
  const size_t end = (size_t)(locator - zip->bytes);
  const guint64 said = le64(locator + 8);

  if (end >= END64 && memcmp(locator - END64, "PK\6\6", 4) == 0)
    return locator - END64;
  return said <= end && end - said >= END64 && memcmp(zip->bytes + said, "PK\6\6", 4) == 0
             ? zip->bytes + said
             : NULL;
}

static ZipEnd
read_end(const Zip *zip, size_t at)
{
  const unsigned char *record = zip->bytes + at, *record64;
  ZipEnd end = {at, le16(record + 10), le32(record + 12), le32(record + 16), FALSE};

  if (at < LOCATOR64 || memcmp(record - LOCATOR64, "PK\6\7", 4) != 0)
    return end;
  record64 = find_end64(zip, record - LOCATOR64);
  if (!record64) {
    end.torn = TRUE;
    return end;
  }
  return (ZipEnd){(size_t)(record64 - zip->bytes), le64(record64 + 32), le64(record64 + 40),
                  le64(record64 + 48), FALSE};
}

/* A name with a NUL ends there for some readers. */
static gboolean
add_zip_name(Zip *zip, const unsigned char *name, size_t len)
{
  const unsigned char *nul = memchr(name, 0, len);

  if (len > zip->name_bytes)
    return FALSE;
  zip->name_bytes -= len;
  if (nul && !add_name(zip->names, nul + 1, (size_t)(name + len - nul) - 1))
    return FALSE;
  return add_name(zip->names, name, nul ? (size_t)(nul - name) : len);
}

/* Is the entry's file where it says, in an archive that begins at base? */
static gboolean
has_file(const Zip *zip, const unsigned char *entry, size_t base)
{
  const size_t name = le16(entry + 28);
  const guint64 at = (guint64)base + le32(entry + 42);
  const unsigned char *local = zip->bytes + at;

  return at <= zip->len && zip->len - at >= LOCAL_HEADER + name &&
         memcmp(local, "PK\3\4", 4) == 0 && le16(local + 26) == name &&
         memcmp(local + LOCAL_HEADER, entry + DIRECTORY_ENTRY, name) == 0 &&
         le16(local + 8) == le16(entry + 10) && ((le16(local + 6) ^ le16(entry + 8)) & 1) == 0;
}

/* Of a zip behind something else nobody says whether all of it was unpacked: what libclamav may not
 * know how to unpack is damaged, and what it may not have come upon. */
static gboolean
is_unpacked(const Zip *zip, const unsigned char *entry, size_t base)
{
  const unsigned method = le16(entry + 10);

  return !zip->behind || ((method == 0 || method == 8) && !(le16(entry + 8) & 1) &&
                          (le32(entry + 20) == 0 || has_file(zip, entry, base)));
}

static BitSet
list_directory(Zip *zip, size_t at, size_t end, size_t base)
{
  BitSet traits = 0;

  for (; is_directory_entry(zip, at, end); zip->left--) {
    const unsigned char *entry = zip->bytes + at;
    size_t name = le16(entry + 28), tail = le16(entry + 30) + (size_t)le16(entry + 32);

    if (name + tail > end - at - DIRECTORY_ENTRY)
      return traits | TRAIT(CORRUPT);
    if (zip->left == 0 ||
        (le32(entry + 20) > 0 && !add_zip_name(zip, entry + DIRECTORY_ENTRY, name)))
      return traits | TRAIT(LIMIT);
    if (!is_unpacked(zip, entry, base))
      traits |= TRAIT(CORRUPT);
    at += DIRECTORY_ENTRY + name + tail;
  }
  return traits;
}

/* Once. */
static BitSet
take_directory(Zip *zip, const ZipEnd *end, size_t at)
{
  for (guint i = 0; i < zip->directories->len; i++)
    if (g_array_index(zip->directories, size_t, i) == at)
      return 0;
  if (zip->directories->len >= DIRECTORIES_MAX)
    return TRAIT(LIMIT);
  g_array_append_val(zip->directories, at);
  return list_directory(zip, at, end->at, end->offset <= at ? at - (size_t)end->offset : zip->len);
}

/* Readers look for the directory in front of its end record, or where that says: other bytes may
 * stand before the archive. Some look around there, too. */
static BitSet
list_end(Zip *zip, size_t tail)
{
  const ZipEnd end = read_end(zip, tail);
  const size_t before = end.size <= end.at ? end.at - (size_t)end.size : end.at;
  const size_t said = (size_t)MIN(end.offset, end.at);
  const gboolean is_before = is_directory_entry(zip, before, end.at);
  const gboolean is_said = is_directory_entry(zip, said, end.at);
  BitSet traits = end.torn ? TRAIT(CORRUPT) : 0;

  if (is_before)
    traits |= take_directory(zip, &end, before);
  if (is_said && said != before)
    traits |= take_directory(zip, &end, said);
  if (is_before || is_said || end.entries == 0 || !zip->behind)
    return traits;
  return before < end.at || said < end.at ? traits | TRAIT(CORRUPT) : traits;
}

size_t
listing_zip_begin(const unsigned char *bytes, size_t len, size_t end)
{
  const Zip zip = {.bytes = bytes, .len = len};
  const ZipEnd found = read_end(&zip, end);
  const guint64 before = found.size <= found.at ? found.at - found.size : 0;

  return !found.torn && found.entries > 0 && found.offset < before ? (size_t)(before - found.offset)
                                                                   : len;
}

/* Behind something else each end record counts: readers look for the last one, and differ on what
 * may follow it. (A zip that begins the file must be plain, see zip.c.) */
static BitSet
list_zip(const unsigned char *bytes, size_t len, gboolean behind, GPtrArray *names)
{
  g_autoptr(GArray) directories = g_array_new(FALSE, FALSE, sizeof(size_t));
  Zip zip = {bytes, len, names, behind, directories, 4 * LIMIT_UNPACK_FILES, len};
  const unsigned char *end = bytes + len, *last = NULL;
  const unsigned char *p = bytes + (len - MIN(len, END_RECORD + COMMENT_MAX));
  BitSet traits = 0;

  for (; end - p >= END_RECORD && (p = memchr(p, 'P', (size_t)(end - p))) != NULL; p++) {
    if (end - p < END_RECORD || memcmp(p, "PK\5\6", 4) != 0)
      continue;
    if (behind)
      traits |= list_end(&zip, (size_t)(p - bytes));
    last = p;
  }
  return behind || !last ? traits : list_end(&zip, (size_t)(last - bytes));
}

/* --- tar (POSIX.1 pax, and GNU's) --- */

#define BLOCK 512

typedef struct tar {
  const unsigned char *at, *end;
  GPtrArray *names;
  char *name;    /* that a header in front gave to the next file, or NULL */
  gboolean size; /* and a size */
  BitSet traits; /* of such headers */
} Tar;

/* Octal digits between blanks, or the bytes of the number behind a set high bit. */
static guint64
tar_number(const unsigned char *field, size_t len)
{
  guint64 value = 0;
  size_t i = 0;

  if (field[0] & 0x80) {
    for (i = 1; i < len; i++)
      value = value << 8 | field[i];
    return value;
  }
  while (i < len && field[i] == ' ')
    i++;
  for (; i < len && field[i] >= '0' && field[i] <= '7'; i++)
    value = value << 3 | (guint64)(field[i] - '0');
  return value;
}

/* Of bytes, or as old writers had it, of signed ones. */
static gboolean
tar_checksum_fits(const unsigned char *header)
{
  gint64 sum = 0, highs = 0, wanted = (gint64)tar_number(header + 148, 8);

  for (size_t i = 0; i < BLOCK; i++) {
    unsigned char byte = i >= 148 && i < 156 ? ' ' : header[i];

    sum += byte;
    highs += byte >> 7;
  }
  return sum == wanted || sum - 256 * highs == wanted;
}

/* Of two that are given to one file some readers take the first. */
static void
tar_set_name(Tar *tar, const unsigned char *name, size_t len)
{
  g_autofree char *before = g_steal_pointer(&tar->name);

  tar->name = g_strndup((const char *)name, len);
  if (before && strcmp(before, tar->name) != 0 &&
      !add_name(tar->names, (const unsigned char *)before, strlen(before)))
    tar->traits |= TRAIT(LIMIT);
}

static gboolean
is_key(const unsigned char *p, size_t len, const char *key)
{
  return len == strlen(key) && memcmp(p, key, len) == 0;
}

static void
tar_read_record(Tar *tar, const unsigned char *p, const unsigned char *end)
{
  const unsigned char *equals = memchr(p, '=', (size_t)(end - p));
  size_t key = equals ? (size_t)(equals - p) : 0;

  if (!equals)
    return;
  if (is_key(p, key, "path") || is_key(p, key, "GNU.sparse.name"))
    tar_set_name(tar, equals + 1, (size_t)(end - equals) - 1);
  tar->size |= is_key(p, key, "size");
}

/* Records "LENGTH KEY=VALUE\n", the length of the whole. */
static void
tar_read_pax(Tar *tar, const unsigned char *p, const unsigned char *end)
{
  while (p < end) {
    const unsigned char *record = p;
    size_t len = 0;

    for (; p < end && g_ascii_isdigit(*p) && len < G_MAXINT; p++)
      len = len * 10 + (size_t)(*p - '0');
    if (len > (size_t)(end - record) || len < (size_t)(p - record) + 3 || *p != ' ') {
      tar->traits |= TRAIT(CORRUPT);
      return;
    }
    tar_read_record(tar, p + 1, record + len - (record[len - 1] == '\n'));
    p = record + len;
  }
}

static char *
tar_header_name(const unsigned char *header)
{
  g_autofree char *name = g_strndup((const char *)header, 100);
  g_autofree char *prefix = g_strndup((const char *)header + 345, 155);

  if (memcmp(header + 257, "ustar\0", 6) != 0 || !*prefix)
    return g_steal_pointer(&name);
  return g_strconcat(prefix, "/", name, NULL);
}

/* A file, or what has no bytes by its kind: links, devices, folders. libclamav knows nothing of the
 * further maps that a sparse file may have in front of its bytes. */
static BitSet
tar_take_file(Tar *tar, const unsigned char *header, guint64 size)
{
  g_autofree char *own = tar->name ? g_steal_pointer(&tar->name) : tar_header_name(header);
  unsigned char kind = header[156];
  BitSet traits = 0;

  if (tar->size || (kind == 'S' && header[482]) || (size > 0 && kind >= '1' && kind <= '6'))
    traits |= TRAIT(CORRUPT);
  tar->size = FALSE;
  if (size > 0 && !add_name(tar->names, (const unsigned char *)own, strlen(own)))
    traits |= TRAIT(LIMIT);
  return traits;
}

static BitSet
tar_take(Tar *tar)
{
  const unsigned char *header = tar->at, *data = header + BLOCK;
  guint64 size = tar_number(header + 124, 12), left = (guint64)(tar->end - data);
  guint64 blocks = size / BLOCK + (size % BLOCK > 0);
  BitSet traits = 0;

  switch (header[156]) {
  case 'x':
  case 'g':
    tar_read_pax(tar, data, data + MIN(size, left));
    break;
  case 'L':
    tar_set_name(tar, data, MIN(size, left));
    break;
  case 'K': /* where a link leads */
    break;
  default:
    traits = tar_take_file(tar, header, size);
  }
  tar->at = blocks > left / BLOCK ? tar->end : data + blocks * BLOCK;
  return traits | tar->traits;
}

/* Behind a block of zeros comes whatever a writer's buffer held; but neither another tar, which
 * some read on to, nor an archive that others find behind anything. */
static gboolean
tar_hides(const unsigned char *tail, size_t len)
{
  static const unsigned char zeros[BLOCK];

  if (len == 0)
    return FALSE;
  if (memcmp(tail, zeros, MIN(len, BLOCK)) != 0)
    return TRUE;
  for (size_t at = BLOCK; len >= BLOCK && at <= len - BLOCK; at += BLOCK)
    if (tar_checksum_fits(tail + at))
      return TRUE;
  return appended_has(tail, len);
}

static BitSet
list_tar(const unsigned char *bytes, size_t len, GPtrArray *names)
{
  Tar tar = {.at = bytes, .end = bytes + len, .names = names};
  BitSet traits = 0;

  while (!traits && tar.end - tar.at >= BLOCK && tar_checksum_fits(tar.at))
    traits = tar_take(&tar);
  g_free(tar.name);
  return tar_hides(tar.at, (size_t)(tar.end - tar.at)) ? traits | TRAIT(CORRUPT) : traits;
}

/* --- cabinets ([MS-CAB] 2.1, 2.3) --- */

#define CAB_HEADER 36
#define CAB_FILE   16

static BitSet
list_cab(const unsigned char *bytes, size_t len, GPtrArray *names)
{
  size_t at = len >= CAB_HEADER ? le32(bytes + 16) : len;
  unsigned files = len >= CAB_HEADER ? le16(bytes + 28) : 0, read = 0;

  while (read < files && at < len && len - at > CAB_FILE) {
    const unsigned char *name = bytes + at + CAB_FILE;
    const unsigned char *nul = memchr(name, 0, len - at - CAB_FILE);

    if (!nul || nul - name > CAB_NAME_MAX)
      return TRAIT(CORRUPT);
    if (le32(bytes + at) > 0 && !add_name(names, name, (size_t)(nul - name)))
      return TRAIT(LIMIT);
    at = (size_t)(nul + 1 - bytes);
    read++;
  }
  return read < files ? TRAIT(CORRUPT) : 0;
}

static gboolean
is_zip(const unsigned char *bytes, size_t len)
{
  return len > 4 && memcmp(bytes, "PK\3\4", 4) == 0;
}

gboolean
listing_is(const char *type, const unsigned char *bytes, size_t len)
{
  return strcmp(type, "application/x-tar") == 0 ||
         strcmp(type, "application/vnd.ms-cab-compressed") == 0 ||
         strcmp(type, "application/x-7z-compressed") == 0 || is_zip(bytes, len);
}

BitSet
listing_read(const char *type, const unsigned char *bytes, size_t len, GPtrArray *names,
             GPtrArray *given)
{
  if (strcmp(type, "application/x-tar") == 0)
    return list_tar(bytes, len, names);
  if (strcmp(type, "application/vnd.ms-cab-compressed") == 0)
    return list_cab(bytes, len, names);
  if (strcmp(type, "application/x-7z-compressed") == 0)
    return sevenzip_list(bytes, len, &(SevenzipNames){names, given}) ? 0 : TRAIT(CORRUPT);
  return list_zip(bytes, len, !is_zip(bytes, len), names);
}
