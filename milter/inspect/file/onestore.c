/* onestore.c - a revision store: lists of nodes, in fragments; a node says of an object where its
 * properties stand (2.4, 2.5, 2.6).
 *
 * Lists lead to lists, from the header on, and a newer revision replaces what an older one says.
 * That is not followed: each fragment is known by its first eight bytes, wherever they stand, and
 * is read to the node that ends it, whatever its nodes hold: bytes that would begin another one are
 * read as that, too. So nothing can be put where only OneNote would find it, and what was replaced
 * is found as well. What is read again and again so is bounded by what is read in all. */
#include "onestore.h"

#include <string.h>

#include "octets.h"

static const char magic[] = "\xc4\xf4\xf7\xf5\xb1\x7a\x56\xa4";

#define MAGIC 8
#define HEAD  16 /* magic, list, number of the fragment */

/* The same in other packaging ([MS-ONESTORE] 2.8), as servers have it, says so in its header. */
static const char packaged[] = "\x2f\xe9\x8d\x63\xd4\xa6\xc1\x4b\x9a\x36\xb3\xfc\x25\x11\xa5\xb7";

#define PACKAGED_AT 48

/* Sets of properties within sets. */
#define DEPTH 8

/* All that is read, in lengths of the file: fragments may lie in each other, and references lead to
 * the same properties. Of what programs write everything is read once. */
#define TIMES 4

/* Bytes of a node that are read whatever it is. */
#define NODE_HEAD 4

enum {
  NODE_TERMINATOR = 0x0ff,
  NODE_FILE = 0x072,       /* ObjectDeclarationFileData3RefCountFND */
  NODE_LARGE_FILE = 0x073, /* with a longer count */
  NODE_KEY = 0x07c,        /* ObjectDataEncryptionKeyV2FNDX: a section with a password */
  NODE_FILE_PLACE = 0x094, /* FileDataStoreObjectReferenceFND */
};

typedef struct store {
  const unsigned char *bytes;
  size_t len;
  const OneHandler *handler;
  void *data;
  guint64 left; /* bytes that may still be read */
  guint32 list; /* whose fragment is read */
  gboolean cut; /* there is more than is read */
} Store;

typedef struct cursor {
  const unsigned char *p, *end;
  gboolean bad;
} Cursor;

static void
charge(Store *store, const Cursor *in, const unsigned char *from)
{
  const guint64 len = (guint64)(in->p - from);

  store->cut |= len > store->left;
  store->left -= MIN(len, store->left);
}

static const unsigned char *
take(Cursor *in, guint64 len)
{
  const unsigned char *at = in->p;

  if (in->bad || len > (guint64)(in->end - in->p)) {
    in->bad = TRUE;
    return NULL;
  }
  in->p += len;
  return at;
}

static guint32
take32(Cursor *in)
{
  const unsigned char *at = take(in, 4);

  return at ? le32(at) : 0;
}

/* --- properties (2.6.5 to 2.6.9) --- */

/* The streams of ids in front of a set of properties; those of objects are used. */
typedef struct ids {
  const unsigned char *objects;
  guint32 count, next;
} Ids;

static guint32
next_object(Ids *ids)
{
  return ids->next < ids->count ? le32(ids->objects + 4 * (size_t)ids->next++) : 0;
}

static void
skip_objects(Ids *ids, guint32 count)
{
  ids->next += MIN(count, ids->count - ids->next);
}

/* What is remembered of a set until it is read. */
typedef struct named {
  const unsigned char *name;
  size_t len;
  guint32 object;
} Named;

static void read_set(Store *store, Cursor *in, Ids *ids, unsigned depth);

static void
read_sets(Store *store, Cursor *in, Ids *ids, unsigned depth)
{
  guint32 count = take32(in);

  if (count > 0)
    take32(in); /* what they are */
  for (guint32 i = 0; i < count && !in->bad; i++)
    read_set(store, in, ids, depth);
}

static void
read_data(Store *store, Cursor *in, guint32 id, Named *named)
{
  guint32 len = take32(in);
  const unsigned char *bytes = take(in, len);

  if (!bytes)
    return;
  if (id == ONE_FILE_NAME) {
    store->cut |= named->name != NULL; /* which one counts? */
    named->name = bytes;
    named->len = len;
  } else if (store->handler->property) {
    store->handler->property(id, bytes, len, NULL, store->data);
  }
}

/* The type of a property is in its id. */
static void
read_property(Store *store, Cursor *in, guint32 id, Ids *ids, Named *named, unsigned depth)
{
  const unsigned type = id >> 26 & 0x1f;

  switch (type) {
  case 1: /* nothing, or a bit in the id */
  case 2:
  case 0xa: /* one of a stream */
  case 0xc:
    break;
  case 3: /* 1, 2, 4, 8 bytes */
  case 4:
  case 5:
  case 6:
    take(in, 1u << (type - 3));
    break;
  case 7:
    read_data(store, in, id, named);
    break;
  case 8:
    if (id == ONE_FILE) {
      store->cut |= named->object != 0;
      named->object = next_object(ids);
    } else {
      skip_objects(ids, 1);
    }
    break;
  case 9:
    skip_objects(ids, take32(in));
    break;
  case 0xb: /* some of a stream */
  case 0xd:
    take32(in);
    break;
  case 0x10:
    read_sets(store, in, ids, depth);
    break;
  case 0x11:
    read_set(store, in, ids, depth);
    break;
  default:
    in->bad = TRUE;
  }
}

static void
read_set(Store *store, Cursor *in, Ids *ids, unsigned depth)
{
  const unsigned char *head = take(in, 2);
  const guint32 count = head ? le16(head) : 0;
  const unsigned char *list = take(in, 4 * (guint64)count);
  Named named = {0};

  if (!list || depth == 0) {
    store->cut |= depth == 0;
    in->bad = TRUE;
    return;
  }
  for (guint32 i = 0; i < count && !in->bad; i++)
    read_property(store, in, le32(list + 4 * (size_t)i) & 0x7fffffff, ids, &named, depth - 1);
  if (named.name && store->handler->property) {
    const OneObject file = {store->list, named.object};

    store->handler->property(ONE_FILE_NAME, named.name, named.len, &file, store->data);
  }
}

/* A stream of ids: flags and a count in front. */
static guint32
take_ids(Cursor *in, Ids *ids)
{
  const guint32 head = take32(in);

  ids->count = head & 0xffffff;
  ids->objects = take(in, 4 * (guint64)ids->count);
  return head;
}

#define NO_SPACES 0x80000000u
#define CONTEXTS  0x40000000u

/* A length may say too much. */
static void
read_object(Store *store, guint64 offset, guint64 len)
{
  Ids objects = {0}, others;
  const unsigned char *from;
  Cursor in;
  guint32 head;

  if (offset > store->len)
    return;
  from = store->bytes + offset;
  in = (Cursor){from, from + MIN(len, store->len - offset), FALSE};
  head = take_ids(&in, &objects);
  if (!(head & NO_SPACES))
    take_ids(&in, &others);
  if (head & CONTEXTS)
    take_ids(&in, &others);
  if (!in.bad)
    read_set(store, &in, &objects, DEPTH);
  charge(store, &in, from);
}

/* --- nodes (2.4.3, 2.5) --- */

/* Where something stands: so many bytes for the offset and the length, each perhaps in units of
 * eight. */
static void
take_reference(Cursor *in, guint32 head, guint64 *offset, guint64 *len)
{
  static const guint8 offset_sizes[] = {8, 4, 2, 4}, len_sizes[] = {4, 8, 1, 2};
  const unsigned offset_form = head >> 23 & 3, len_form = head >> 25 & 3;
  const unsigned char *at = take(in, offset_sizes[offset_form]);
  const unsigned char *length = take(in, len_sizes[len_form]);

  *offset = *len = 0;
  for (unsigned i = offset_sizes[offset_form]; length && i-- > 0;)
    *offset = *offset << 8 | at[i];
  for (unsigned i = len_sizes[len_form]; length && i-- > 0;)
    *len = *len << 8 | length[i];
  if (offset_form >= 2)
    *offset *= 8;
  if (len_form >= 2)
    *len *= 8;
}

/* "<ifndf>{C8E4A3…}" in UTF-16: the digits of a GUID, of which the first three groups are numbers.
 */
static gboolean
read_guid(const unsigned char *text, size_t units, unsigned char guid[16])
{
  static const char begin[] = "<ifndf>{";
  static const guint8 order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  unsigned digits = 0;

  for (size_t i = 0; i < units && digits < 32; i++) {
    const char c = text[2 * i + 1] == 0 ? (char)text[2 * i] : 0;

    if (i < sizeof begin - 1) {
      if (c != begin[i])
        return FALSE;
    } else if (g_ascii_isxdigit(c)) {
      unsigned char *byte = &guid[order[digits / 2]];

      *byte = (unsigned char)((digits % 2 ? *byte << 4 : 0) | g_ascii_xdigit_value(c));
      digits++;
    }
  }
  return digits == 32;
}

static void
read_file(const Store *store, Cursor *in, gboolean large)
{
  const OneObject object = {store->list, take32(in)};
  unsigned char guid[16] = {0};
  const unsigned char *text;
  guint32 units;

  take32(in); /* what it is */
  take(in, large ? 4 : 1);
  units = take32(in);
  text = take(in, 2 * (guint64)units);
  if (text && store->handler->file && read_guid(text, units, guid))
    store->handler->file(&object, guid, store->data);
}

/* Objects with properties, their revisions, and those that are read only. */
static gboolean
has_properties(unsigned node)
{
  static const guint16 nodes[] = {0x02d, 0x02e, 0x041, 0x042, 0x0a4, 0x0a5, 0x0c4, 0x0c5};

  for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++)
    if (nodes[i] == node)
      return TRUE;
  return FALSE;
}

static void
read_node(Store *store, Cursor *in, guint32 head)
{
  const unsigned node = head & 0x3ff;
  guint64 offset, len;

  if (node == NODE_FILE || node == NODE_LARGE_FILE) {
    read_file(store, in, node == NODE_LARGE_FILE);
  } else if (node == NODE_FILE_PLACE) {
    const unsigned char *guid;

    take_reference(in, head, &offset, &len);
    guid = take(in, 16);
    if (guid && store->handler->place)
      store->handler->place(guid, offset, store->data);
  } else if (node == NODE_KEY) {
    store->cut = TRUE;
  } else if (store->handler->property && has_properties(node)) {
    take_reference(in, head, &offset, &len);
    if (!in->bad)
      read_object(store, offset, len);
  }
}

/* Its head tells how long a node is. A node of no kind is passed over like any other. */
static void
read_fragment(Store *store, const unsigned char *p, const unsigned char *end)
{
  Cursor in = {p, end, FALSE};

  store->list = le32(p + MAGIC);
  take(&in, HEAD);
  while (!store->cut && in.end - in.p >= NODE_HEAD) {
    const guint32 head = le32(in.p), size = head >> 10 & 0x1fff;
    const unsigned char *from = in.p;
    Cursor node = {from + NODE_HEAD, from + size, FALSE};

    if ((head & 0x3ff) == NODE_TERMINATOR || size < NODE_HEAD || !take(&in, size))
      return;
    read_node(store, &node, head);
    charge(store, &node, from);
  }
}

static gboolean
is_packaged(const unsigned char *bytes, size_t len)
{
  const size_t size = sizeof(packaged) - 1;

  return len >= PACKAGED_AT + size && memcmp(bytes + PACKAGED_AT, packaged, size) == 0;
}

gboolean
onestore_read(const unsigned char *bytes, size_t len, const OneHandler *handler, void *data)
{
  const unsigned char *end = bytes + len;
  Store store = {.bytes = bytes, .len = len, .handler = handler, .data = data};

  store.left = (guint64)len * TIMES;
  for (const unsigned char *p = bytes;
       !store.cut && (p = memmem(p, (size_t)(end - p), magic, MAGIC)) && end - p >= HEAD; p++)
    read_fragment(&store, p, end);
  return !store.cut && !is_packaged(bytes, len);
}
