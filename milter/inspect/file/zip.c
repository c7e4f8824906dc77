/* zip.c - is a ZIP archive one that every reader reads alike?
 *
 * Readers differ in what they believe: the central directory at the end, or the local headers one
 * after the other; so an archive can show one file to a scanner and another to a person (THREATS
 * Nothing is unpacked here. The archive is plain if the end record is the last
 * thing in the file, the directory stands right before it and is complete, each entry's local
 * header says the same as its directory entry, and the entries follow each other from the first
 * byte without a gap in which another could hide, nor an archive of another kind in what is no
 * entry (extra fields, comments). APPNOTE.TXT 4.3. */
#include "../content.h"

#include <string.h>

#include "octets.h"
#include "opened.h"

#define LOCAL_HEADER    30
#define DIRECTORY_ENTRY 46
#define END_RECORD      22

/* Between two entries: padding that no reader takes for a header (a data descriptor has at most
 * 24 bytes; Android aligns by extra fields; an APK's signing block stands before the directory). */
#define GAP_MAX 24

typedef struct zip {
  const unsigned char *bytes;
  size_t len;
  guint64 directory, directory_size, entries;
} Zip;

/* Zip64 end record, where a locator stands right before the ordinary one. */
static gboolean
read_end64(Zip *zip, size_t end)
{
  const unsigned char *locator = end >= 20 ? zip->bytes + end - 20 : NULL;
  guint64 at;

  if (!locator || memcmp(locator, "PK\6\7", 4) != 0)
    return TRUE; /* there is none */
  at = le64(locator + 8);
  if (at > end - 20 || end - 20 - at < 56 || memcmp(zip->bytes + at, "PK\6\6", 4) != 0)
    return FALSE;
  zip->entries = le64(zip->bytes + at + 32);
  zip->directory_size = le64(zip->bytes + at + 40);
  zip->directory = le64(zip->bytes + at + 48);
  return zip->directory <= at && zip->directory_size == at - zip->directory;
}

/* The last end record, which is what readers find, must reach the end of the file with its
 * comment. (Earlier ones belong to archives stored inside.) */
static gboolean
read_end(Zip *zip)
{
  size_t lowest = zip->len > END_RECORD + 0xffff ? zip->len - END_RECORD - 0xffff : 0;
  size_t found = zip->len;

  if (zip->len < END_RECORD)
    return FALSE;
  for (const unsigned char *p = zip->bytes + lowest;
       (p = memmem(p, (size_t)(zip->bytes + zip->len - p), "PK\5\6", 4)) != NULL; p += 4)
    found = (size_t)(p - zip->bytes);
  if (zip->len - found < END_RECORD ||
      found + END_RECORD + le16(zip->bytes + found + 20) != zip->len)
    return FALSE;
  zip->entries = le16(zip->bytes + found + 10);
  zip->directory_size = le32(zip->bytes + found + 12);
  zip->directory = le32(zip->bytes + found + 16);
  if (found >= 20 && memcmp(zip->bytes + found - 20, "PK\6\7", 4) == 0)
    return read_end64(zip, found);
  return zip->directory <= found && zip->directory_size == found - zip->directory;
}

typedef struct entry {
  const unsigned char *header; /* in the directory */
  guint64 local, packed;
} Entry;

/* Zip64 extra field (APPNOTE 4.5.3): 64-bit values for those that are all ones. */
static void
read_extra64(Entry *entry, const unsigned char *extra, size_t len)
{
  size_t at = 0;

  while (at + 4 <= len) {
    size_t size = le16(extra + at + 2), n = at + 4;
    gboolean unpacked = le32(entry->header + 24) == 0xffffffff;

    if (size > len - n)
      return;
    if (le16(extra + at) == 1) {
      n += unpacked ? 8 : 0;
      if (entry->packed == 0xffffffff && n + 8 <= at + 4 + size) {
        entry->packed = le64(extra + n);
        n += 8;
      }
      if (entry->local == 0xffffffff && n + 8 <= at + 4 + size)
        entry->local = le64(extra + n);
      return;
    }
    at += 4 + size;
  }
}

/* From the last dot on; empty if there is none. No charset of names has a dot within a character.
 */
static const unsigned char *
name_ending(const unsigned char *name, size_t len, size_t *ending)
{
  const unsigned char *dot = len > 0 ? memrchr(name, '.', len) : NULL;

  *ending = dot ? (size_t)(name + len - dot) : 0;
  return dot ? dot : name;
}

/* Info-ZIP's Unicode Path (APPNOTE 4.6.9): a name that some readers put in the other's place. It is
 * the same in another charset, so their endings are the same. */
static gboolean
names_agree(const unsigned char *name, size_t len, const unsigned char *extra, size_t extra_len)
{
  size_t ending, other_ending;
  const unsigned char *end = name_ending(name, len, &ending), *other;

  for (size_t at = 0, size; at + 4 <= extra_len; at += 4 + size) {
    size = MIN(le16(extra + at + 2), extra_len - at - 4);
    if (le16(extra + at) != 0x7075)
      continue;
    if (size < 5 || memchr(extra + at + 9, 0, size - 5))
      return FALSE;
    other = name_ending(extra + at + 9, size - 5, &other_ending);
    if (other_ending != ending ||
        g_ascii_strncasecmp((const char *)other, (const char *)end, ending) != 0)
      return FALSE;
  }
  return TRUE;
}

/* Name, method and encryption must agree, sizes too unless the local header leaves them to a
 * descriptor after the data. */
static gboolean
headers_agree(const Zip *zip, const Entry *entry)
{
  const unsigned char *local = zip->bytes + entry->local;
  const unsigned char *central = entry->header;
  unsigned name = le16(central + 28);
  gboolean later = le16(local + 6) & 8;

  if (le16(local + 26) != name || le16(local + 8) != le16(central + 10) ||
      ((le16(local + 6) ^ le16(central + 8)) & 1))
    return FALSE;
  if (memcmp(local + LOCAL_HEADER, central + DIRECTORY_ENTRY, name) != 0 ||
      memchr(central + DIRECTORY_ENTRY, 0, name))
    return FALSE;
  /* Stored means stored: an entry whose two sizes differ is a zombie. */
  if (le16(central + 10) == 0 && !(le16(central + 8) & 1) &&
      le32(central + 20) != le32(central + 24) && le32(central + 24) != 0xffffffff)
    return FALSE;
  if (!names_agree(
          local + LOCAL_HEADER, name, local + LOCAL_HEADER + name,
          MIN(le16(local + 28), zip->bytes + zip->directory - local - LOCAL_HEADER - name)) ||
      !names_agree(local + LOCAL_HEADER, name, central + DIRECTORY_ENTRY + name,
                   le16(central + 30)))
    return FALSE;
  return later ||
         (le32(local + 14) == le32(central + 16) && le32(local + 18) <= 0xffffffff &&
          (le32(local + 18) == 0xffffffff || le32(central + 20) == 0xffffffff ||
           (le32(local + 18) == le32(central + 20) && le32(local + 22) == le32(central + 24))));
}

static gint
entry_compare(gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  return x->local < y->local ? -1 : x->local > y->local;
}

/* An APK's stands right before the directory. */
static gboolean
has_signing_block(const Zip *zip, guint64 at)
{
  static const char mark[] = {'A', 'P', 'K', ' ', 'S', 'i', 'g', ' ',
                              'B', 'l', 'o', 'c', 'k', ' ', '4', '2'};

  return zip->directory - at >= sizeof mark &&
         memcmp(zip->bytes + zip->directory - sizeof mark, mark, sizeof mark) == 0 &&
         !memmem(zip->bytes + at, zip->directory - at, "PK\3\4", 4);
}

/* Entries one after the other from the first byte to the directory. */
static gboolean
entries_join(const Zip *zip, GArray *entries)
{
  guint64 at = 0;

  g_array_sort(entries, entry_compare);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    const unsigned char *local = zip->bytes + entry->local;
    guint64 data;

    if (entry->local < at || entry->local - at > (i == 0 ? 0 : GAP_MAX) ||
        memmem(zip->bytes + at, entry->local - at, "PK\3\4", 4) || !headers_agree(zip, entry))
      return FALSE;
    data = entry->local + LOCAL_HEADER + le16(local + 26) + le16(local + 28);
    if (data + entry->packed > zip->directory || appended_between(zip->bytes, zip->len, at, data))
      return FALSE;
    at = data + entry->packed;
  }
  if (appended_between(zip->bytes, zip->len, at, zip->len))
    return FALSE;
  return zip->directory - at <= GAP_MAX || has_signing_block(zip, at);
}

static gboolean
read_entry(const Zip *zip, guint64 at, Entry *entry, guint64 *next)
{
  guint64 end = zip->directory + zip->directory_size;
  guint64 name, extra;

  if (end - at < DIRECTORY_ENTRY || memcmp(zip->bytes + at, "PK\1\2", 4) != 0)
    return FALSE;
  entry->header = zip->bytes + at;
  name = le16(entry->header + 28);
  extra = le16(entry->header + 30);
  *next = at + DIRECTORY_ENTRY + name + extra + le16(entry->header + 32);
  if (*next > end)
    return FALSE;
  entry->packed = le32(entry->header + 20);
  entry->local = le32(entry->header + 42);
  read_extra64(entry, entry->header + DIRECTORY_ENTRY + name, extra);
  return entry->local <= zip->directory && zip->directory - entry->local >= LOCAL_HEADER + name &&
         entry->packed <= zip->directory && memcmp(zip->bytes + entry->local, "PK\3\4", 4) == 0;
}

gboolean
zip_is_plain(const unsigned char *bytes, size_t len)
{
  Zip zip = {bytes, len, 0, 0, 0};
  g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  guint64 at;

  if (!read_end(&zip) || zip.directory > len || zip.directory_size > len - zip.directory ||
      zip.entries > zip.directory_size / DIRECTORY_ENTRY)
    return FALSE;
  at = zip.directory;
  for (guint64 i = 0; i < zip.entries; i++) {
    Entry entry;

    if (!read_entry(&zip, at, &entry, &at))
      return FALSE;
    g_array_append_val(entries, entry);
  }
  return at == zip.directory + zip.directory_size && entries_join(&zip, entries);
}

/* Searches are for the second byte of the mark: compressed bytes have all alike, and text has the
 * letter seldom. */
const unsigned char *
zip_find_listed(const unsigned char *p, const unsigned char *end)
{
  while (end - p >= 4 && (p = memchr(p + 1, 'K', (size_t)(end - p) - 3)) != NULL)
    if (p[-1] == 'P' && p[1] == 1 && p[2] == 2)
      return p - 1;
  return NULL;
}

gboolean
zip_lists_more(const unsigned char *bytes, size_t len, size_t most)
{
  const unsigned char *end = bytes + len, *p = bytes;
  size_t entries = 0;

  if (len / DIRECTORY_ENTRY <= most)
    return FALSE;
  while (entries <= most && (p = zip_find_listed(p, end)) != NULL) {
    p += 4;
    entries++;
  }
  return entries > most;
}
