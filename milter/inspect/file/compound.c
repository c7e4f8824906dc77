/* compound.c - Microsoft's compound files ([MS-CFB]): .doc .xls .ppt .msg .msi and more.
 *
 * Only the directory is read, and not by its chain: every 128-byte slot of the file that looks
 * like a directory entry is taken as one. A chain can be broken or looped on purpose so that a
 * strict reader sees nothing where Office still repairs the file; slots cannot hide. A stray
 * entry left from an earlier save can only make us more careful. */
#include "../content.h"
#include "finding.h"

#include <string.h>

#include "../document/biff.h"
#include "cfb.h"
#include "octets.h"

#define SLOT           128
#define NAME_MAX_UNITS 32

/* Slots looked at: a document of 128 MiB has a million; a directory stands anywhere. */
#define SLOTS_MAX (1024 * 1024)

typedef struct slot {
  char name[NAME_MAX_UNITS + 1]; /* ASCII; other characters are '?' */
  const unsigned char *clsid;
  unsigned kind; /* 1 storage, 2 stream, 5 root */
  guint32 start; /* sector */
  guint32 size;
} Slot;

gboolean
compound_is(const unsigned char *bytes, size_t len)
{
  return len >= 512 && memcmp(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

/* [MS-CFB] 2.6.1. FALSE if the slot cannot be a directory entry. Its colour (p[67]) says nothing:
 * programs do not look at it. */
static gboolean
slot_read(const unsigned char *p, Slot *slot)
{
  unsigned units = le16(p + 64) / 2;

  if (le16(p + 64) % 2 || units < 2 || units > NAME_MAX_UNITS ||
      (p[66] != 1 && p[66] != 2 && p[66] != 5))
    return FALSE;
  for (unsigned i = 0; i + 1 < units; i++) {
    unsigned c = le16(p + 2 * i);

    if (c == 0)
      return FALSE;
    slot->name[i] = c < 0x80 ? (char)c : '?';
  }
  slot->name[units - 1] = '\0';
  slot->kind = p[66];
  slot->clsid = p + 80;
  slot->start = le32(p + 116);
  slot->size = le32(p + 120);
  return TRUE;
}

typedef gboolean (*SlotVisit)(const Slot *slot, void *data); /* FALSE ends it */

static void
slots_each(const unsigned char *bytes, size_t len, SlotVisit visit, void *data)
{
  size_t slots = 0;

  for (size_t at = 512; at + SLOT <= len && slots < SLOTS_MAX; at += SLOT, slots++) {
    Slot slot;

    if (bytes[at + 66] && bytes[at + 66] <= 5 && slot_read(bytes + at, &slot) &&
        !visit(&slot, data))
      return;
  }
}

/* --- type --- */

typedef struct kind {
  const char *stream;
  const char *type;
} Kind;

#define MESSAGE "__properties_version1.0"

static const Kind kinds[] = {
    {"EncryptedPackage", "application/encrypted"},
    {"WordDocument", "application/msword"},
    {"Workbook", "application/vnd.ms-excel"},
    {"Book", "application/vnd.ms-excel"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint"},
    {"PP40", "application/vnd.ms-powerpoint"},
    {"VisioDocument", "application/vnd.visio"},
    {"Quill", "application/x-mspublisher"},
    {MESSAGE, "application/vnd.ms-outlook"},
    {"__nameid_version1.0", "application/vnd.ms-outlook"},
    {"HwpSummaryInformation", "application/x-hwp"},
    {"FileHeader", "application/x-hwp"},
};

/* Installer packages, transforms, patches: {000C108x-0000-0000-C000-000000000046}. */
static gboolean
is_installer(const unsigned char *clsid)
{
  return (clsid[0] & 0xf0) == 0x80 &&
         memcmp(clsid + 1, "\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 15) == 0;
}

typedef struct type_search {
  const char *type;
  size_t rank;
  gboolean message; /* one of its slots is that of a message */
} TypeSearch;

static gboolean
type_visit(const Slot *slot, void *data)
{
  TypeSearch *search = data;

  if (slot->kind == 5 && is_installer(slot->clsid)) {
    search->type = "application/x-msi";
    return FALSE;
  }
  search->message = search->message || cfb_name_is(slot->name, MESSAGE);
  for (size_t i = 0; i < search->rank; i++)
    if (cfb_name_is(slot->name, kinds[i].stream)) {
      search->type = kinds[i].type;
      search->rank = i;
    }
  return TRUE;
}

/* By its own streams, those in the root: NULL if there are none that tell. *more becomes TRUE if
 * they tell of another type as well. */
static const char *
root_type(const Cfb *cfb, gboolean *more)
{
  const char *type = NULL;

  *more = FALSE;
  for (guint i = 1; i < cfb_count(cfb); i++) {
    const CfbEntry *entry = cfb_entry(cfb, i);

    for (size_t k = 0; entry->parent == 0 && k < G_N_ELEMENTS(kinds); k++) {
      if (!cfb_name_is(entry->name, kinds[k].stream))
        continue;
      *more |= type && strcmp(type, kinds[k].type) != 0;
      type = kinds[k].type;
    }
  }
  return type;
}

/* A message with a workbook attached has the slots of both; only its own are in the root. */
static gboolean
is_message(const unsigned char *bytes, size_t len)
{
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  gboolean more = FALSE;
  const char *type = cfb ? root_type(cfb, &more) : NULL;

  return type && !more && strcmp(type, "application/vnd.ms-outlook") == 0;
}

const char *
compound_type(const unsigned char *bytes, size_t len)
{
  TypeSearch search = {"application/x-ole-storage", G_N_ELEMENTS(kinds), FALSE};

  slots_each(bytes, len, type_visit, &search);
  return search.message && is_message(bytes, len) ? "application/vnd.ms-outlook" : search.type;
}

/* --- traits --- */

typedef struct trait_search {
  const unsigned char *bytes;
  size_t len;
  BitSet traits;
  gboolean word; /* there is a text of Word's, or more */
  gboolean book;
} TraitSearch;

/* The first bytes of a stream that lies in ordinary sectors; NULL for short ones, which lie in
 * the mini stream. */
static const unsigned char *
stream_head(const TraitSearch *search, const Slot *slot, size_t need)
{
  unsigned shift = le16(search->bytes + 30);
  guint64 at;

  if (shift < 7 || shift > 16 || slot->size < 4096)
    return NULL;
  at = ((guint64)slot->start + 1) << shift;
  return at <= search->len && need <= search->len - at ? search->bytes + at : NULL;
}

/* [MS-DOC] 2.5.2: fEncrypted in the FIB. */
static gboolean
word_is_encrypted(const TraitSearch *search, const Slot *slot)
{
  const unsigned char *fib = stream_head(search, slot, 32);

  return fib && (fib[11] & 1);
}

/* [MS-XLS] 2.4.117: a FilePass record near the beginning. */
static gboolean
workbook_is_encrypted(const TraitSearch *search, const Slot *slot)
{
  const unsigned char *record = stream_head(search, slot, 512);
  size_t at = 0;

  for (int i = 0; record && i < 8 && at + 4 <= 512; i++) {
    if (le16(record + at) == 0x2f)
      return TRUE;
    at += 4 + le16(record + at + 2);
  }
  return FALSE;
}

/* A field begins with 0x13; its code is text of one or two bytes a character ([MS-DOC] 2.8.25). */
static gboolean
word_asks_program(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = memchr(p, 0x13, (size_t)(end - p))) != NULL;) {
    const unsigned char *q = ++p;
    size_t matched = 0;

    while (q < end && q - p < 16 && (*q == ' ' || *q == 0 || *q == '"'))
      q++;
    for (; q < end && matched < 3 && q - p < 32; q++) {
      if (*q == 0)
        continue;
      if (g_ascii_toupper((char)*q) != "DDE"[matched])
        break;
      matched++;
    }
    if (matched == 3)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_book(const char *name)
{
  return cfb_name_is(name, "Workbook") || cfb_name_is(name, "Book");
}

/* Of each workbook in the file. */
static BitSet
books_traits(Cfb *cfb)
{
  BitSet traits = 0;

  for (guint i = 0; i < cfb_count(cfb); i++) {
    const CfbEntry *entry = cfb_entry(cfb, i);
    g_autoptr(GBytes) book = NULL;
    gsize size = 0;
    const unsigned char *records;

    if (entry->storage || entry->parent < 0 || !is_book(entry->name))
      continue;
    book = cfb_read(cfb, i);
    records = book ? g_bytes_get_data(book, &size) : NULL;
    traits |= book ? biff_traits(records, size) : TRAIT(CORRUPT);
  }
  return traits;
}

static gboolean
trait_visit(const Slot *slot, void *data)
{
  TraitSearch *search = data;
  const char *name = slot->name;

  if (cfb_name_is(name, "EncryptedPackage") || cfb_name_is(name, "EncryptedSummary") ||
      (cfb_name_is(name, "WordDocument") && word_is_encrypted(search, slot)) ||
      (is_book(name) && workbook_is_encrypted(search, slot)))
    search->traits |= TRAIT(ENCRYPTED);
  if (cfb_name_is(name, "_VBA_PROJECT") || cfb_name_is(name, "_VBA_PROJECT_CUR") ||
      cfb_name_is(name, "VBA"))
    search->traits |= TRAIT(MACRO);
  if (cfb_name_is(name, "\1Ole10Native") || cfb_name_is(name, "Package") ||
      cfb_name_after(name, "MBD0"))
    search->traits |= TRAIT(OLE_OBJECT);
  if (cfb_name_is(name, "Equation Native"))
    search->traits |= TRAIT(OLE_OBJECT) | TRAIT(EQUATION);
  if (cfb_name_is(name, "\3OCXNAME"))
    search->traits |= TRAIT(ACTIVEX);
  search->word |= cfb_name_is(name, "WordDocument");
  search->book |= is_book(name);
  return TRUE;
}

BitSet
compound_traits(const unsigned char *bytes, size_t len)
{
  TraitSearch search = {bytes, len, 0, FALSE, FALSE};
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  gboolean more = FALSE;

  slots_each(bytes, len, trait_visit, &search);
  if (search.word && word_asks_program(bytes, len))
    search.traits |= TRAIT(DDE);
  /* What cannot be read by its structure Office repairs, and nobody knows to what; and of two types
   * each program shows its own. */
  if (cfb)
    root_type(cfb, &more);
  if (!cfb || more)
    search.traits |= TRAIT(CORRUPT);
  else if (search.book && !(search.traits & TRAIT(ENCRYPTED)))
    search.traits |= books_traits(cfb);
  return search.traits;
}
