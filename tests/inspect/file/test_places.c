/* Signatures that ask what a file is in, found in folders of signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "bounds.h"
#include "places.h"

#define ZIP "A.B;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;6162\n"
#define ANY "A.B;Engine:51-255,Target:0;0;6162\n"

typedef struct place_case {
  const char *label, *name, *content, *want;
} PlaceCase;

/* What is found in a folder with one file; "?" behind it where there may be more. */
static char *
read_one(const char *name, const char *content, gssize len)
{
  g_autofree char *folder = g_dir_make_tmp("cordon-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  GString *text = g_string_new(NULL);

  assert_true(g_file_set_contents(path, content, len, NULL));
  if (!places_read(folder, text))
    g_string_append(text, "?");
  assert_int_equal(g_unlink(path), 0);
  assert_int_equal(g_rmdir(folder), 0);
  return g_string_free(text, FALSE);
}

static void
test_lines(void **state)
{
  static const PlaceCase cases[] = {
      {"none", "a.ldb", "A.B;Engine:51-255,Target:0;0;6162\n", ""},
      {"a container", "a.ldb", ZIP, ANY},
      {"a chain of them", "a.ldb", "A.B;Intermediates:CL_TYPE_ZIP>CL_TYPE_PDF,Target:0;0;6162\n",
       "A.B;Target:0;0;6162\n"},
      {"both", "a.ldb", "A.B;Container:CL_TYPE_ZIP,Target:0,Intermediates:CL_TYPE_ZIP;0;6162\n",
       "A.B;Target:0;0;6162\n"},
      {"another look in place of a find", "a.ldb",
       "A.B;Target:0,Container:CL_TYPE_ZIP,HandlerType:CL_TYPE_PDF;0&1;6162;6364\n",
       "A.B;Target:0;0&1;6162;6364\n"},
      {"more than one", "a.ldb", ZIP "C.D;Target:0;0;6162\n" ZIP, ANY ANY},
      {"no end of the line", "a.ldb", "A.B;Target:0,Container:CL_TYPE_ZIP;0;6162",
       "A.B;Target:0;0;6162\n"},
      {"lines as Windows ends them", "a.ldb", "A.B;Target:0,Container:CL_TYPE_ZIP;0;6162\r\n",
       "A.B;Target:0;0;6162\n"},
      {"a remark", "a.ldb", "#" ZIP, ""},
      {"of potentially unwanted files", "a.ldu", ZIP, ANY},
      {"a program of bytecode", "a.cbc", "ClamBCafhmlfmfbbfif|ebdd:63\n" ZIP "Teddaaah\n", ANY},
      {"another kind", "a.cdb", ZIP, ""},
      {"a name without a meaning", "readme.txt", ZIP, ""},
      {"no archive", "daily.cvd", ZIP, "?"},
      {"no archive, but a header", "daily.cvd", "ClamAV-VDB:1:2:3", "?"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = read_one(cases[i].name, cases[i].content, -1);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got %s", cases[i].label, got);
  }
}

static void
test_strange_lines(void **state)
{
  g_autofree char *nul = read_one("a.ldb", "A;B\0;C\n", 7), *long_line = NULL;
  g_autoptr(GString) text = g_string_new("A.B;Target:0,Container:CL_TYPE_ZIP;0;");

  assert_string_equal(nul, "?");
  while (text->len < LIMIT_SIGNATURE_LINE)
    g_string_append(text, "61");
  g_string_append(text, "61\n");
  long_line = read_one("a.ldb", text->str, (gssize)text->len);
  assert_true(g_str_has_suffix(long_line, "?"));
}

/* --- archives of signatures --- */

static void
add_member(GString *tar, const char *name, const char *content)
{
  size_t at = tar->len;
  g_autofree char *size = g_strdup_printf("%011o", (unsigned)strlen(content));

  g_string_set_size(tar, at + 512);
  memset(tar->str + at, 0, 512);
  memcpy(tar->str + at, name, strlen(name));
  memcpy(tar->str + at + 124, size, strlen(size));
  tar->str[at + 156] = '0';
  g_string_append(tar, content);
  while (tar->len % 512)
    g_string_append_c(tar, '\0');
}

static GString *
pack(const GString *tar)
{
  g_autoptr(GConverter) gzip =
      G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autofree char *out = g_malloc(tar->len + KIB(1));
  gsize taken, made;

  assert_int_equal(g_converter_convert(gzip, tar->str, tar->len, out, tar->len + KIB(1),
                                       G_CONVERTER_INPUT_AT_END, &taken, &made, NULL),
                   G_CONVERTER_FINISHED);
  return g_string_new_len(out, (gssize)made);
}

/* The header, and behind it the tar, packed or not, without its last bytes. */
static char *
read_database(const GString *tar, gboolean packed, size_t missing, const char *more)
{
  g_autoptr(GString) payload = packed ? pack(tar) : g_string_new_len(tar->str, (gssize)tar->len);
  g_autoptr(GString) file = g_string_new("ClamAV-VDB:22 Nov 2026:1:1:90:x:x:builder:1");

  while (file->len < 512)
    g_string_append_c(file, ' ');
  g_string_append_len(file, payload->str, (gssize)(payload->len - missing));
  g_string_append(file, more);
  return read_one("daily.cvd", file->str, (gssize)file->len);
}

static void
test_databases(void **state)
{
  g_autoptr(GString) tar = g_string_new(NULL), many = g_string_new(NULL);
  static const struct {
    const char *label;
    gboolean packed;
    size_t missing;
    const char *more, *want;
  } cases[] = {
      {"packed", TRUE, 0, "", ANY ANY},
      {"as it is", FALSE, 0, "", ANY ANY},
      {"packed, cut off", TRUE, 20, "", ANY ANY "?"},
      {"packed, with more behind it", TRUE, 0, "more", ANY ANY "?"},
  };

  for (unsigned i = 0; i < 20000; i++)
    g_string_append_printf(many, "%08x%08x:1234:Test.%u\n", i * 2654435761u, ~i, i);
  add_member(tar, "COPYING", "Container:\n");
  add_member(tar, "daily.ldb", "C.D;Target:0;0;6162\n" ZIP);
  add_member(tar, "daily.hdb", many->str);
  add_member(tar, "1234.cbc", "ClamBCafhmlfmfbbfif|ebdd:63\n" ZIP);
  for (unsigned i = 0; i < 1024; i++)
    g_string_append_c(tar, '\0');
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = read_database(tar, cases[i].packed, cases[i].missing, cases[i].more);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got %s", cases[i].label, got);
  }
}

static void
test_member_cut_off(void **state)
{
  g_autoptr(GString) tar = g_string_new(NULL);
  g_autofree char *got = NULL, *none = NULL;

  add_member(tar, "daily.ldb", ZIP ZIP);
  got = read_database(tar, FALSE, 512 - strlen(ZIP), "");
  assert_string_equal(got, ANY "?");
  memset(tar->str + 124, 'x', 11);
  none = read_database(tar, FALSE, 0, "");
  assert_string_equal(none, "?");
}

static void
test_no_folder(void **state)
{
  g_autoptr(GString) text = g_string_new(NULL);

  assert_false(places_read("/nonexistent/signatures", text));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),     cmocka_unit_test(test_strange_lines),
      cmocka_unit_test(test_databases), cmocka_unit_test(test_member_cut_off),
      cmocka_unit_test(test_no_folder),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
