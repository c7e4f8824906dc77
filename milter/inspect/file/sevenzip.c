/* sevenzip.c - how much memory does a 7z archive ask for, and what are the names in it?
 * (7zFormat.txt in the LZMA SDK.)
 *
 * The files of an archive are packed together, in "folders", and to read one byte of one file its
 * whole folder is unpacked: libclamav does that in memory, up to 1 GiB, before any limit of ours is
 * asked. So the header is read here first. Mostly it is packed itself, by LZMA, and has a size of
 * its own, to which the same applies. Nothing else is unpacked here.
 *
 * It must not be possible to show this reader one archive and libclamav another. libclamav looks at
 * each signature in a file (an archive stands behind a program that unpacks it), ignores the
 * checksum of the first 32 bytes, looks for a header at the end where those are zeros, and checks
 * that of the header. What it would go on with and this reader does not understand is too much.
 *
 * Of names libclamav takes the lower byte of each character, up to the first that is 0: of a name
 * with the numeral one in Chinese (U+4E00) nothing is left from there on. */
#include "sevenzip.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "utf16.h"

/* A signature, a version, and where the header is: its offset from here, size and checksum. */
#define START 32

enum {
  ID_END = 0,
  ID_HEADER = 1,
  ID_PROPERTIES = 2,
  ID_MAIN_STREAMS = 4,
  ID_FILES = 5,
  ID_PACK = 6,
  ID_UNPACK = 7,
  ID_SUBSTREAMS = 8,
  ID_SIZE = 9,
  ID_CRC = 10,
  ID_FOLDER = 11,
  ID_UNPACK_SIZE = 12,
  ID_NUMBER = 13,
  ID_EMPTY = 14,
  ID_NAMES = 17,
  ID_PACKED_HEADER = 23
};

#define METHOD_LZMA  0x30101
#define METHOD_LZMA2 0x21
#define METHOD_PPMD  0x30401
#define METHOD_AES   0x6f10701

typedef struct folder {
  guint64 outs;   /* streams that its coders make */
  guint64 memory; /* of its coders' models */
  guint64 size;   /* of all that they make */
  guint64 files;
  gboolean encrypted, has_crc;
  /* of its first coder, the only one of a packed header */
  unsigned coders;
  guint64 method;
  const unsigned char *properties;
  size_t properties_len;
} Folder;

typedef struct streams {
  guint64 offset, packed; /* of the first one that is packed */
  GArray *folders;        /* Folder */
} Streams;

/* What is read next. Whatever is wrong ends it: then all numbers are 0, and bad stays. */
typedef struct cursor {
  const unsigned char *at, *end;
  gboolean bad;
} Cursor;

static void
go_bad(Cursor *in)
{
  in->bad = TRUE;
  in->at = in->end;
}

static const unsigned char *
take(Cursor *in, guint64 len)
{
  const unsigned char *at = in->at;

  if (len > (guint64)(in->end - in->at)) {
    go_bad(in);
    return NULL;
  }
  in->at += len;
  return at;
}

static unsigned
take_byte(Cursor *in)
{
  const unsigned char *byte = take(in, 1);

  return byte ? *byte : 0;
}

/* The ones that a first byte begins with say how many bytes follow it, the lowest first; the rest
 * of it are the highest bits. */
static guint64
take_number(Cursor *in)
{
  unsigned first = take_byte(in), mask = 0x80;
  guint64 value = 0;

  for (unsigned i = 0; i < 8; i++, mask >>= 1) {
    if (!(first & mask))
      return value + ((guint64)(first & (mask - 1)) << (8 * i));
    value |= (guint64)take_byte(in) << (8 * i);
  }
  return value;
}

static guint64
take_count(Cursor *in, guint64 most)
{
  guint64 count = take_number(in);

  if (count > most)
    go_bad(in);
  return in->bad ? 0 : count;
}

static void
skip_data(Cursor *in)
{
  take(in, take_number(in));
}

static void
skip_to(Cursor *in, guint64 id)
{
  guint64 next;

  while ((next = take_number(in)) != id && !in->bad) {
    if (next == ID_END)
      go_bad(in);
    skip_data(in);
  }
}

/* One bit each, or a byte that says "all". defined gets them where it is not NULL. */
static guint64
take_bits(Cursor *in, guint64 count, guint8 *defined)
{
  gboolean all = take_byte(in) != 0;
  const unsigned char *bits = all ? NULL : take(in, (count + 7) / 8);
  guint64 set = 0;

  for (guint64 i = 0; i < count && !in->bad; i++) {
    gboolean is = all || (bits[i / 8] & (0x80 >> (i % 8)));

    set += is;
    if (defined)
      defined[i] = (guint8)is;
  }
  return set;
}

static void
skip_checksums(Cursor *in, guint64 count, guint8 *defined)
{
  take(in, 4 * take_bits(in, count, defined));
}

/* --- streams --- */

static void
read_packed(Cursor *in, Streams *streams)
{
  guint64 count, id;

  streams->offset = take_number(in);
  count = take_count(in, 4 * LIMIT_UNPACK_FILES);
  skip_to(in, ID_SIZE);
  for (guint64 i = 0; i < count; i++) {
    guint64 size = take_number(in);

    if (i == 0)
      streams->packed = size;
  }
  while ((id = take_number(in)) != ID_END && !in->bad)
    if (id == ID_CRC)
      skip_checksums(in, count, NULL);
    else
      skip_data(in);
}

static void
read_coder(Cursor *in, Folder *folder, guint64 *ins)
{
  unsigned kind = take_byte(in), len = kind & 15;
  const unsigned char *id = take(in, len);
  guint64 method = 0, given = 1, made = 1;

  for (unsigned i = 0; id && i < len; i++)
    method = method << 8 | id[i];
  if (kind & 0x10) {
    given = take_count(in, LIMIT_7Z_STREAMS);
    made = take_count(in, LIMIT_7Z_STREAMS);
  }
  folder->method = method;
  folder->properties_len = kind & 0x20 ? take_count(in, LIMIT_7Z_HEADER) : 0;
  folder->properties = take(in, folder->properties_len);
  if (method == METHOD_PPMD && folder->properties_len == 5 && !in->bad)
    folder->memory += le32(folder->properties + 1);
  folder->encrypted |= method == METHOD_AES;
  folder->outs += made;
  *ins += given;
  if (kind & 0x80 || len > 8)
    go_bad(in);
}

static void
read_folder(Cursor *in, Folder *folder)
{
  guint64 ins = 0;

  folder->coders = (unsigned)take_count(in, LIMIT_7Z_CODERS);
  for (unsigned i = 0; i < folder->coders; i++)
    read_coder(in, folder, &ins);
  if (folder->outs == 0 || ins + 1 < folder->outs) {
    go_bad(in);
    return;
  }
  for (guint64 i = 1; i < folder->outs; i++) { /* what goes from where to where */
    take_number(in);
    take_number(in);
  }
  ins -= folder->outs - 1;
  for (guint64 i = 0; ins != 1 && i < ins; i++)
    take_number(in);
}

static guint64
add(guint64 a, guint64 b)
{
  return MIN(MIN(a, SEVENZIP_TOO_MUCH) + MIN(b, SEVENZIP_TOO_MUCH), SEVENZIP_TOO_MUCH);
}

/* The filters for programs work in place: what goes into BCJ, or the main stream of BCJ2, has no
 * memory of its own. */
static gboolean
is_in_place(const Folder *folder, guint64 stream)
{
  return (folder->outs == 2 && stream == 0) || (folder->outs == 4 && stream == 2);
}

static void
read_sizes(Cursor *in, const Streams *streams)
{
  for (guint i = 0; i < streams->folders->len; i++) {
    Folder *folder = &g_array_index(streams->folders, Folder, i);

    for (guint64 n = 0; n < folder->outs && !in->bad; n++) {
      guint64 size = take_number(in);

      if (!is_in_place(folder, n))
        folder->size = add(folder->size, size);
    }
  }
}

static void
read_folders(Cursor *in, Streams *streams)
{
  g_autofree guint8 *defined = NULL;
  guint64 count, id;

  skip_to(in, ID_FOLDER);
  count = take_count(in, LIMIT_UNPACK_FILES);
  if (take_byte(in) != 0) /* they stand elsewhere */
    go_bad(in);
  g_array_set_size(streams->folders, 0);
  for (guint64 i = 0; i < count && !in->bad; i++) {
    Folder folder = {.files = 1};

    read_folder(in, &folder);
    g_array_append_val(streams->folders, folder);
  }
  skip_to(in, ID_UNPACK_SIZE);
  read_sizes(in, streams);
  defined = g_malloc0(streams->folders->len + 1);
  while ((id = take_number(in)) != ID_END && !in->bad)
    if (id == ID_CRC)
      skip_checksums(in, streams->folders->len, defined);
    else
      skip_data(in);
  for (guint i = 0; i < streams->folders->len; i++)
    g_array_index(streams->folders, Folder, i).has_crc = defined[i];
}

static void
read_file_counts(Cursor *in, const Streams *streams)
{
  guint64 sum = 0;

  for (guint i = 0; i < streams->folders->len; i++) {
    guint64 files = take_count(in, LIMIT_UNPACK_FILES);

    g_array_index(streams->folders, Folder, i).files = files;
    sum += files;
  }
  if (sum > LIMIT_UNPACK_FILES)
    go_bad(in);
}

/* How folders are cut into files. Their sizes only matter as far as they must be stepped over. */
static void
read_files_of_folders(Cursor *in, const Streams *streams)
{
  guint64 id, sizes = 0, sums = 0;

  while ((id = take_number(in)) != ID_CRC && id != ID_SIZE && id != ID_END && !in->bad)
    if (id == ID_NUMBER)
      read_file_counts(in, streams);
    else
      skip_data(in);
  for (guint i = 0; i < streams->folders->len; i++) {
    const Folder *folder = &g_array_index(streams->folders, Folder, i);

    sizes += folder->files > 0 ? folder->files - 1 : 0;
    sums += folder->files != 1 || !folder->has_crc ? folder->files : 0;
  }
  if (id == ID_SIZE) {
    for (guint64 i = 0; i < sizes && !in->bad; i++)
      take_number(in);
    id = take_number(in);
  }
  for (; id != ID_END && !in->bad; id = take_number(in))
    if (id == ID_CRC)
      skip_checksums(in, sums, NULL);
    else
      skip_data(in);
}

static void
read_streams(Cursor *in, Streams *streams)
{
  guint64 id;

  while ((id = take_number(in)) != ID_END && !in->bad)
    switch (id) {
    case ID_PACK:
      read_packed(in, streams);
      break;
    case ID_UNPACK:
      read_folders(in, streams);
      break;
    case ID_SUBSTREAMS:
      read_files_of_folders(in, streams);
      break;
    default:
      go_bad(in);
    }
}

/* --- files --- */

/* Up to its NUL, which is stepped over. */
static void
add_name(Cursor *in, SevenzipNames *names, gboolean empty)
{
  const unsigned char *begin = in->at;
  GString *low = g_string_new(NULL);

  while (in->end - in->at >= 2 && le16(in->at) != 0) {
    g_string_append_c(low, (char)in->at[0]);
    in->at += 2;
  }
  if (!empty && !in->bad) {
    g_ptr_array_add(names->names, utf16_decode_lossy(begin, (size_t)(in->at - begin), UTF16_LE));
    g_ptr_array_add(names->given, g_strdup(low->str));
  }
  g_string_free(low, TRUE);
  take(in, 2);
}

/* Of files that have no content nothing is said to be empty before it is known which those are. */
static void
read_names(Cursor *in, guint64 count, const unsigned char *empty, SevenzipNames *names)
{
  if (take_byte(in) != 0 || names->names->len > 0) /* they stand elsewhere, or twice */
    go_bad(in);
  for (guint64 i = 0; i < count && !in->bad; i++)
    add_name(in, names, empty && (empty[i / 8] & (0x80 >> (i % 8))));
}

static void
read_files(Cursor *in, guint64 count, SevenzipNames *names)
{
  const unsigned char *empty = NULL;
  guint64 id;

  while ((id = take_number(in)) != ID_END && !in->bad) {
    const guint64 len = take_number(in);
    const unsigned char *at = take(in, len);
    Cursor property = {at, at ? at + len : at, at == NULL};

    if (at && id == ID_EMPTY)
      empty = take(&property, (count + 7) / 8);
    else if (at && id == ID_NAMES)
      read_names(&property, count, empty, names);
    in->bad |= property.bad;
  }
}

/* --- headers --- */

static guint64
memory_of(const Streams *streams)
{
  guint64 most = 0;

  for (guint i = 0; i < streams->folders->len; i++) {
    const Folder *folder = &g_array_index(streams->folders, Folder, i);

    if (!folder->encrypted)
      most = MAX(most, add(folder->size, folder->memory));
  }
  return most;
}

/* names may be NULL, here and below. */
static guint64
read_header(Cursor *in, SevenzipNames *names)
{
  g_autoptr(GArray) folders = g_array_new(FALSE, FALSE, sizeof(Folder));
  Streams streams = {.folders = folders};
  guint64 id = take_number(in);

  if (id == ID_PROPERTIES) {
    while (take_number(in) != ID_END && !in->bad)
      skip_data(in);
    id = take_number(in);
  }
  if (id == ID_MAIN_STREAMS) {
    read_streams(in, &streams);
    id = take_number(in);
  }
  if (id == ID_FILES) {
    guint64 count = take_count(in, LIMIT_UNPACK_FILES);

    if (names)
      read_files(in, count, names);
  } else if (id != ID_END)
    go_bad(in);
  return in->bad ? SEVENZIP_TOO_MUCH : memory_of(&streams);
}

/* What a header is packed by. NULL for anything but LZMA. The dictionary need not be larger than
 * what comes out. New; free(). */
static lzma_options_lzma *
lzma_settings(const Folder *folder, lzma_filter *filter)
{
  filter->id = folder->method == METHOD_LZMA2 ? LZMA_FILTER_LZMA2 : LZMA_FILTER_LZMA1;
  filter->options = NULL;
  if ((folder->method != METHOD_LZMA && folder->method != METHOD_LZMA2) || folder->coders != 1 ||
      folder->outs != 1 ||
      lzma_properties_decode(filter, NULL, folder->properties, folder->properties_len) != LZMA_OK)
    return NULL;
  ((lzma_options_lzma *)filter->options)->dict_size =
      MIN(((lzma_options_lzma *)filter->options)->dict_size, (guint32)MAX(folder->size, 4096));
  return filter->options;
}

static gboolean
unpack(const Folder *folder, const unsigned char *packed, size_t len, unsigned char *out)
{
  lzma_filter filters[] = {{0}, {.id = LZMA_VLI_UNKNOWN}};
  lzma_options_lzma *options = lzma_settings(folder, filters);
  lzma_stream stream = LZMA_STREAM_INIT;

  if (!options)
    return FALSE;
  if (lzma_raw_decoder(&stream, filters) == LZMA_OK) {
    stream.next_in = packed;
    stream.avail_in = len;
    stream.next_out = out;
    stream.avail_out = folder->size;
    while (stream.avail_out > 0 && lzma_code(&stream, LZMA_RUN) == LZMA_OK)
      ;
  }
  lzma_end(&stream);
  free(options);
  return stream.next_out == out + folder->size;
}

/* `archive` goes from the signature to the end of the file. */
static guint64
read_packed_header(Cursor *in, const unsigned char *archive, size_t len, guint64 *work,
                   SevenzipNames *names)
{
  g_autoptr(GArray) folders = g_array_new(FALSE, FALSE, sizeof(Folder));
  g_autofree unsigned char *header = NULL;
  Streams streams = {.folders = folders};
  const Folder *folder;
  Cursor inner;

  read_streams(in, &streams);
  if (in->bad || folders->len != 1)
    return SEVENZIP_TOO_MUCH;
  folder = &g_array_index(folders, Folder, 0);
  if (folder->encrypted)
    return 0;
  if (folder->size > LIMIT_7Z_HEADER || folder->size == 0 || streams.offset > len - START ||
      streams.packed > len - START - streams.offset)
    return SEVENZIP_TOO_MUCH;
  *work += folder->size;
  header = g_malloc(folder->size);
  if (!unpack(folder, archive + START + streams.offset, streams.packed, header))
    return SEVENZIP_TOO_MUCH;
  inner = (Cursor){header, header + folder->size, FALSE};
  return take_number(&inner) == ID_HEADER ? read_header(&inner, names) : SEVENZIP_TOO_MUCH;
}

/* An archive that was never finished says nothing of where its header is. */
static gboolean
is_unfinished(const unsigned char *archive)
{
  static const unsigned char zeros[START - 8];

  return memcmp(archive + 8, zeros, sizeof zeros) == 0;
}

static guint64
archive_memory(const unsigned char *archive, size_t len, guint64 *work, SevenzipNames *names)
{
  guint64 offset, size, id;
  Cursor in;

  if (len < START || archive[6] != 0)
    return 0;
  if (is_unfinished(archive))
    return SEVENZIP_TOO_MUCH;
  offset = le64(archive + 12);
  size = le64(archive + 20);
  if (size == 0 || offset > len - START || size > len - START - offset)
    return 0;
  *work += size;
  if (size > LIMIT_7Z_HEADER || *work > LIMIT_7Z_HEADERS)
    return SEVENZIP_TOO_MUCH;
  if (lzma_crc32(archive + START + offset, size, 0) != le32(archive + 28))
    return 0;
  in = (Cursor){archive + START + offset, archive + START + offset + size, FALSE};
  id = take_number(&in);
  if (id == ID_PACKED_HEADER)
    return read_packed_header(&in, archive, len, work, names);
  return id == ID_HEADER ? read_header(&in, names) : 0;
}

guint64
sevenzip_memory(const unsigned char *bytes, size_t len)
{
  static const unsigned char signature[] = {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c};
  const unsigned char *end = bytes + len, *p = bytes;
  guint64 most = 0, work = 0;

  /* The third byte is rarer than the first. */
  while (most < SEVENZIP_TOO_MUCH && len > START && p < end &&
         (p = memchr(p, signature[2], (size_t)(end - p))) != NULL) {
    if (p - bytes >= 2 && end - p >= START - 2 && memcmp(p - 2, signature, sizeof signature) == 0)
      most = MAX(most, archive_memory(p - 2, (size_t)(end - p) + 2, &work, NULL));
    p++;
  }
  return most;
}

gboolean
sevenzip_list(const unsigned char *bytes, size_t len, SevenzipNames *names)
{
  guint64 work = 0;

  return archive_memory(bytes, len, &work, names) != SEVENZIP_TOO_MUCH;
}
