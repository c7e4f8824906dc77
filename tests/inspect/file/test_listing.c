/* The names that archives list, by our own reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "finding.h"
#include "listing.h"

#include "../zipfile.h"

#define BLOCK 512

static void
add(GByteArray *out, const void *bytes, size_t len)
{
  g_byte_array_append(out, bytes, (guint)len);
}

static void
add_text(GByteArray *out, const char *text)
{
  add(out, text, strlen(text));
}

/* The names with blanks between, and in front of them "!" for CORRUPT or "#" for LIMIT. */
static char *
list(const char *type, const GByteArray *file)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
  BitSet traits = listing_read(type, file->data, file->len, names, given);
  GString *out = g_string_new(NULL);

  if (traits & TRAIT(CORRUPT))
    g_string_append(out, "! ");
  if (traits & TRAIT(LIMIT))
    g_string_append(out, "# ");
  for (guint i = 0; i < names->len && i < 4; i++)
    g_string_append_printf(out, "%s ", (const char *)g_ptr_array_index(names, i));
  return g_strchomp(g_string_free(out, FALSE));
}

/* Takes the file. */
static void
expect(const char *label, const char *type, GByteArray *file, const char *want)
{
  g_autofree char *got = list(type, file);

  if (strcmp(got, want) != 0)
    fail_msg("%s: got \"%s\", want \"%s\"", label, got, want);
  g_byte_array_unref(file);
}

/* --- zip --- */

static const ZipEntry two[] = {{"a.txt", "hello", 5, 0}, {"d/b.js", "x", 1, 0}, {"d/", "", 0, 0}};

static GByteArray *
zip_behind(const char *front, const ZipEntry *entries, size_t n)
{
  g_autoptr(GByteArray) zip = zip_make(entries, n);
  GByteArray *out = g_byte_array_new();

  add_text(out, front);
  add(out, zip->data, zip->len);
  return out;
}

static void
test_zip(void **state)
{
  static const ZipEntry encrypted[] = {{"a.txt", "hello", 5, 1}};
  g_autofree char *longer = g_strnfill(300, 'x');
  ZipEntry far[] = {{longer, "hello", 5, 0}};
  GByteArray *file;

  expect("plain", "application/zip", zip_make(two, 3), "a.txt d/b.js");
  expect("behind a picture", "image/gif", zip_behind("GIF89a", two, 3), "a.txt d/b.js");
  expect("behind one byte", "", zip_behind("\n", two, 3), "a.txt d/b.js");
  expect("encrypted, behind", "", zip_behind("\n", encrypted, 1), "! a.txt");
  expect("encrypted", "application/zip", zip_make(encrypted, 1), "a.txt");
  expect("a long name", "application/zip", zip_make(far, 1), longer);

  file = zip_behind("\n", two, 3);
  memcpy(file->data + 1, "XXXX", 4);
  expect("without its first mark, which some need not", "", file, "! a.txt d/b.js");

  file = zip_make(two, 3);
  add_text(file, "and a tail");
  expect("something behind it", "application/zip", file, "a.txt d/b.js");

  file = zip_make(two, 2);
  g_byte_array_set_size(file, file->len - 22);
  expect("no end record", "application/zip", file, "");
}

static void
test_zip_names(void **state)
{
  ZipEntry nul[] = {{"a.txt_b.js", "hello", 5, 0}};
  GByteArray *file = zip_behind("\n", nul, 1);
  guint8 *name = file->data + file->len - 22 - 10;

  name[5] = '\0';
  expect("a NUL, and another name in front of the file", "", file, "! b.js a.txt");
}

/* Of the end record, which is the last thing in it. */
static guint8 *
end_of(const GByteArray *file)
{
  return file->data + file->len - 22;
}

static void
set_words(guint8 *at, guint64 size, guint64 offset, unsigned bytes)
{
  for (unsigned i = 0; i < bytes; i++) {
    at[i] = (guint8)(size >> 8 * i);
    at[bytes + i] = (guint8)(offset >> 8 * i);
  }
}

/* Readers look in front of the end record, or where it says, or around there. */
static void
test_zip_directory(void **state)
{
  static const ZipEntry one[] = {{"a.txt", "hello", 5, 0}}, other[] = {{"b.js", "x", 1, 0}};
  GByteArray *file = zip_behind("\n", one, 1), *plain = zip_make(other, 1);
  const guint32 before = 46 + 5;

  set_words(end_of(file) + 12, before, 1 + 30 + 5 + 5, 4);
  *(end_of(file) - before + 42) = 1;
  expect("told from the front of the file", "", file, "a.txt");

  file = zip_behind("\n", one, 1);
  set_words(end_of(file) + 12, before - 1, before - 1, 4);
  expect("where neither says", "", file, "!");

  file = zip_behind("\n", one, 1);
  set_words(end_of(file) + 12, 0xfffffff0, 0xfffffff0, 4);
  expect("what cannot be an end record", "", file, "");

  file = zip_behind("\n", one, 1);
  add(file, plain->data, plain->len);
  set_words(end_of(file) + 12, 46 + 4, 1 + 30 + 5 + 5, 4); /* its own, and that of the first */
  expect("one in front, another where it says", "", file, "! a.txt b.js");
  g_byte_array_unref(plain);
}

/* Zip64: behind the directory a record of its own, with `more` bytes of no known kind in it, then
 * its locator, which may say where that begins. */
static GByteArray *
zip64_behind(unsigned more, gboolean told)
{
  static const ZipEntry one[] = {{"a.txt", "hello", 5, 0}};
  g_autoptr(GByteArray) zip = zip_behind("\n", one, 1);
  GByteArray *file = g_byte_array_new();
  const guint32 directory = 46 + 5, begin = zip->len - 22;

  add(file, zip->data, begin);
  add_text(file, "PK\6\6");
  zip_put(file, 44 + more, 8);
  zip_put(file, 0, 12);
  zip_put(file, 1, 8);
  zip_put(file, 1, 8);
  zip_put(file, directory, 8);
  zip_put(file, begin - 1 - directory, 8);
  zip_put(file, 0, more);
  add_text(file, "PK\6\7");
  zip_put(file, 0, 4);
  zip_put(file, told ? begin : 0, 8);
  zip_put(file, 1, 4);
  add(file, zip->data + begin, 22);
  memset(end_of(file) + 8, 0xff, 12);
  return file;
}

static void
test_zip64(void **state)
{
  expect("Zip64", "", zip64_behind(0, FALSE), "a.txt");
  expect("with more in its record", "", zip64_behind(8, TRUE), "a.txt");
  expect("with more in its record, which is not found", "", zip64_behind(8, FALSE), "!");
}

/* Many end records that share one directory must not be read for ever, nor entries that begin in
 * each other's names. */
static void
test_zip_work(void **state)
{
  GByteArray *file = g_byte_array_new();
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
  static const guint8 end[22] = {'P', 'K', 5, 6, 0, 0, 0, 0, 1, 0, 1};
  guint8 entry[46] = {'P', 'K', 1, 2};

  add_text(file, "x");
  for (unsigned i = 0; i < 2 * LIMIT_UNPACK_FILES; i++)
    add(file, entry, sizeof entry);
  for (unsigned i = 0; i < 2000; i++) {
    add(file, end, sizeof end);
    set_words(end_of(file) + 12, 0, 1, 4);
  }
  expect("a directory for all", "", file, "");

  file = g_byte_array_new();
  add_text(file, "x");
  for (unsigned i = 0; i < 3; i++) {
    set_words(entry + 20, 1, 1, 4);
    set_words(entry + 28, 2000 - i * 46, 0, 2);
    add(file, entry, sizeof entry);
  }
  zip_put(file, 0, 2000);
  for (unsigned i = 0; i < 3; i++) {
    add(file, end, sizeof end);
    set_words(end_of(file) + 12, 0, 1 + i * 46, 4);
  }
  assert_true(listing_read("", file->data, file->len, names, given) & TRAIT(LIMIT));
  assert_int_equal(names->len, 2); /* the first, with a NUL in it */
  g_byte_array_unref(file);
}

/* --- tar --- */

static void
add_block(GByteArray *out, const char *data, size_t len)
{
  static const guint8 zeros[BLOCK];

  add(out, data, len);
  add(out, zeros, (BLOCK - len % BLOCK) % BLOCK);
}

static void
add_header(GByteArray *out, char kind, const char *name, const char *size)
{
  guint8 header[BLOCK] = {0};
  unsigned sum = 0;

  memcpy(header, name, MIN(strlen(name), (size_t)100));
  memcpy(header + 124, size, strlen(size));
  memset(header + 148, ' ', 8);
  header[156] = (guint8)kind;
  memcpy(header + 257,
         "ustar\0"
         "00",
         8);
  for (size_t i = 0; i < BLOCK; i++)
    sum += header[i];
  g_snprintf((char *)header + 148, 8, "%06o", sum);
  add(out, header, BLOCK);
}

static void
add_file(GByteArray *out, char kind, const char *name, const char *data)
{
  g_autofree char *size = g_strdup_printf("%011o", (unsigned)strlen(data));

  add_header(out, kind, name, size);
  add_block(out, data, strlen(data));
}

typedef struct tar_case {
  const char *label;
  struct {
    char kind;
    const char *name, *data;
  } files[4];
  const char *want;
} TarCase;

static const TarCase tars[] = {
    {"two files", {{'0', "a.txt", "hello"}, {'0', "b.js", "x"}}, "a.txt b.js"},
    {"an empty one and a folder", {{'0', "a.txt", ""}, {'5', "d/", ""}, {'0', "b", "x"}}, "b"},
    {"a long name as GNU has it",
     {{'L', "././@LongLink", "d/notes.js"}, {'0', "d/no", "x"}, {'0', "b", "x"}},
     "d/notes.js b"},
    {"a long link", {{'K', "././@LongLink", "d/notes.js"}, {'2', "b", ""}}, ""},
    {"a pax name", {{'x', "p", "17 path=notes.js\n"}, {'0', "n.txt", "x"}}, "notes.js"},
    {"a pax name among others",
     {{'x', "p", "11 mtime=1\n16 path=notes.x\n"}, {'0', "n.txt", "x"}, {'0', "c", "x"}},
     "notes.x c"},
    {"a pax record without its end", {{'x', "p", "16 path=notes.js"}, {'0', "n", "x"}}, "notes.js"},
    {"a pax record that is too long", {{'x', "p", "99 path=notes.js\n"}}, "!"},
    {"two pax names",
     {{'x', "p", "17 path=notes.js\n14 path=n.txt\n"}, {'0', "n", "x"}},
     "notes.js n.txt"},
    {"a long name behind a pax name",
     {{'x', "p", "17 path=notes.js\n"}, {'L', "l", "n.txt"}, {'0', "n", "x"}},
     "notes.js n.txt"},
    {"another size",
     {{'x', "p", "9 size=1\n"}, {'0', "n.txt", "hello"}, {'0', "c", "x"}},
     "! n.txt"},
    {"a link with content", {{'1', "n", "hello"}}, "! n"},
    {"an old header", {{'\0', "n", "hello"}}, "n"},
};

static void
test_tar(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(tars); i++) {
    GByteArray *file = g_byte_array_new();

    for (size_t j = 0; j < G_N_ELEMENTS(tars[i].files) && tars[i].files[j].name; j++)
      add_file(file, tars[i].files[j].kind, tars[i].files[j].name, tars[i].files[j].data);
    add_block(file, "", 0);
    expect(tars[i].label, "application/x-tar", file, tars[i].want);
  }
}

static void
test_tar_damage(void **state)
{
  GByteArray *file = g_byte_array_new();

  add_header(file, '0', "n", "77777777777");
  expect("longer than the file", "application/x-tar", file, "n");

  file = g_byte_array_new();
  add_header(file, '0', "n", "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  expect("a size of 88 bits", "application/x-tar", file, "n");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  file->data[0] = 'm';
  expect("a wrong checksum", "application/x-tar", file, "!");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  add_block(file, "", 0);
  zip_put(file, 0, 3 * BLOCK);
  expect("zeros behind its end", "application/x-tar", file, "n");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  zip_put(file, 0, 2 * BLOCK);
  add_text(file, "junk of a buffer");
  expect("something behind its end", "application/x-tar", file, "n");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  zip_put(file, 0, 2 * BLOCK);
  add_text(file, "junk PK\5\6");
  expect("a zip behind its end", "application/x-tar", file, "! n");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  zip_put(file, 0, 2 * BLOCK);
  add_file(file, '0', "m", "x");
  expect("a tar behind its end", "application/x-tar", file, "! n");

  file = g_byte_array_new();
  add_file(file, '0', "n", "x");
  add_text(file, "PK");
  expect("no end", "application/x-tar", file, "! n");
}

/* --- cabinets --- */

static GByteArray *
cabinet(const char *name, guint32 size)
{
  GByteArray *out = g_byte_array_new();

  add_text(out, "MSCF");
  zip_put(out, 0, 12);
  zip_put(out, 36, 4);
  zip_put(out, 0, 8);
  zip_put(out, 1, 2);
  zip_put(out, 0, 6);
  zip_put(out, size, 4);
  zip_put(out, 0, 12);
  add(out, name, strlen(name) + 1);
  return out;
}

static void
test_cab(void **state)
{
  static const char type[] = "application/vnd.ms-cab-compressed";
  g_autofree char *longer = g_strnfill(300, 'x');
  GByteArray *file;

  expect("a file", type, cabinet("d\\notes.js", 9), "d\\notes.js");
  expect("an empty one", type, cabinet("d\\notes.js", 0), "");
  expect("a name that libclamav does not read", type, cabinet(longer, 9), "!");

  file = cabinet("notes.js", 9);
  file->data[28]++;
  expect("more files than there are", type, file, "! notes.js");

  file = cabinet("notes.js", 9);
  g_byte_array_set_size(file, file->len - 2);
  expect("a name without an end", type, file, "!");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_zip),        cmocka_unit_test(test_zip_names),
      cmocka_unit_test(test_zip_work),   cmocka_unit_test(test_zip_directory),
      cmocka_unit_test(test_zip64),      cmocka_unit_test(test_tar),
      cmocka_unit_test(test_tar_damage), cmocka_unit_test(test_cab)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
