/* The store of a section of OneNote: what is read of it, whatever lies in what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "onestore.h"

#define MAGIC       "\xc4\xf4\xf7\xf5\xb1\x7a\x56\xa4"
#define OBJECT      0x0a4u /* with the properties that it refers to, 8 and 4 bytes */
#define FILE_OBJECT 0x072u
#define KEY         0x07cu
#define END         0x0ffu
#define SET_IN      (0x11u << 26 | 1)
#define LETTERS     "abcdefghijklmnopqrstuvwxyz"
#define NO_OBJECTS  "\0\0\0\x80"

static void
put(GByteArray *out, guint64 number, guint bytes)
{
  for (guint i = 0; i < bytes; i++, number >>= 8)
    g_byte_array_append(out, (const guint8[]){(guint8)number}, 1);
}

static void
put_bytes(GByteArray *out, const char *bytes, size_t len)
{
  g_byte_array_append(out, (const guint8 *)bytes, (guint)len);
}

/* A set with each of these letters as a text. */
static void
put_set(GByteArray *out, const char *letters)
{
  put_bytes(out, NO_OBJECTS, 4);
  put(out, strlen(letters), 2);
  for (const char *p = letters; *p; p++)
    put(out, ONE_TEXT, 4);
  for (const char *p = letters; *p; p++) {
    put(out, 1, 4);
    put(out, (guint8)*p, 1);
  }
}

static void
put_fragment(GByteArray *out)
{
  put_bytes(out, MAGIC, 8);
  put(out, 7, 8);
}

static void
put_head(GByteArray *out, guint node, guint size)
{
  put(out, 1u << 31 | size << 10 | node, 4);
}

static void
put_object(GByteArray *out, guint64 at, guint32 len)
{
  put_head(out, OBJECT, 16);
  put(out, at, 8);
  put(out, len, 4);
}

/* A node that holds something. */
static void
put_around(GByteArray *out, guint node, const char *bytes, size_t len)
{
  put_head(out, node, (guint)(4 + len));
  put_bytes(out, bytes, len);
}

/* --- stores: "a" stands where another reader would find it --- */

static void
plain(GByteArray *out)
{
  put_set(out, "a");
  put_fragment(out);
  put_object(out, 0, 15);
  put_head(out, END, 4);
}

static void
behind_magic(GByteArray *out)
{
  put_set(out, "a");
  put_fragment(out);
  put_around(out, FILE_OBJECT, "123456" MAGIC "1234567812345678", 30);
  put_object(out, 0, 15);
  put_head(out, END, 4);
}

static void
behind_end(GByteArray *out)
{
  put_set(out, "a");
  put_fragment(out);
  put_around(out, FILE_OBJECT, "\xff\x10\0\x80\xff\x10\0\x80\0\0\0\0", 12);
  put_around(out, 0, "1234", 4);
  put_object(out, 0, 15);
}

static void
in_a_node(GByteArray *out)
{
  g_autoptr(GByteArray) inner = g_byte_array_new();

  put_fragment(inner);
  put_object(inner, 0, 15);
  put_head(inner, END, 4);
  put_set(out, "a");
  put_fragment(out);
  put_around(out, FILE_OBJECT, (const char *)inner->data, inner->len);
  put_object(out, 0, 15);
}

/* Each says that it is all of the file, and is a few bytes. */
static void
behind_long_ones(GByteArray *out)
{
  put_set(out, "a");
  put_fragment(out);
  for (guint i = 0; i < 5; i++)
    put_object(out, 15, 15 + 16 + 6 * 16);
  put_object(out, 0, 15);
}

static void
too_long(GByteArray *out)
{
  put_fragment(out);
  put_object(out, 32, 0x1000);
  put_set(out, "a");
}

static void
again_and_again(GByteArray *out)
{
  put_set(out, LETTERS);
  put_fragment(out);
  for (guint i = 0; i < 9; i++)
    put_object(out, 0, 240);
}

static void
fragments_in_each_other(GByteArray *out)
{
  put_fragment(out);
  for (guint i = 0; i < 20; i++)
    put_around(out, FILE_OBJECT, MAGIC "12345678", 16);
}

static void
sets_in_sets(GByteArray *out)
{
  put_bytes(out, NO_OBJECTS, 4);
  for (guint i = 0; i < 10; i++) {
    put(out, 1, 2);
    put(out, SET_IN, 4);
  }
  put_fragment(out);
  put_object(out, 0, 64);
}

static void
two_names(GByteArray *out)
{
  put_bytes(out, NO_OBJECTS, 4);
  put(out, 2, 2);
  for (guint i = 0; i < 2; i++)
    put(out, ONE_FILE_NAME, 4);
  for (guint i = 0; i < 2; i++) {
    put(out, 2, 4);
    put_bytes(out, "n", 2);
  }
  put_fragment(out);
  put_object(out, 0, 26);
}

static void
encrypted(GByteArray *out)
{
  put_fragment(out);
  put_around(out, KEY, "12345678", 8);
}

static void
packaged(GByteArray *out)
{
  g_byte_array_set_size(out, 48);
  memset(out->data, 0, out->len);
  put_bytes(out, "\x2f\xe9\x8d\x63\xd4\xa6\xc1\x4b\x9a\x36\xb3\xfc\x25\x11\xa5\xb7", 16);
}

typedef struct store_case {
  const char *label;
  void (*build)(GByteArray *out);
  const char *want; /* texts, names in parentheses, and "!" if there is more than is read */
} StoreCase;

static const StoreCase cases[] = {
    {"an object", plain, "a"},
    {"behind a node that holds what begins a fragment", behind_magic, "a"},
    {"behind one that holds what ends it, and one of no kind", behind_end, "a"},
    {"a fragment in a node", in_a_node, "aa"},
    {"behind references that are longer than what they refer to", behind_long_ones, "a"},
    {"an object beyond the end", too_long, "a"},
    {"properties again and again", again_and_again,
     LETTERS LETTERS LETTERS LETTERS LETTERS LETTERS LETTERS "!"},
    {"fragments in each other", fragments_in_each_other, "!"},
    {"sets in sets", sets_in_sets, "!"},
    {"two names of one file", two_names, "(n)!"},
    {"a section with a password", encrypted, "!"},
    {"the packaging of servers", packaged, "!"},
};

static void
take_property(guint32 id, const unsigned char *bytes, size_t len, const OneObject *file, void *data)
{
  g_string_append_printf(data, file ? "(%.*s)" : "%.*s", (int)len, (const char *)bytes);
}

static char *
store_text(const unsigned char *bytes, size_t len)
{
  static const OneHandler handler = {.property = take_property};
  GString *got = g_string_new(NULL);

  if (!onestore_read(bytes, len, &handler, got))
    g_string_append_c(got, '!');
  return g_string_free(got, FALSE);
}

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GByteArray) store = g_byte_array_new();
    g_autofree char *got = NULL;

    cases[i].build(store);
    got = store_text(store->data, store->len);
    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, cases[i].want);
  }
}

/* Every byte changed and every cut: no read beyond the end (valgrind, ASan). */
static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GByteArray) store = g_byte_array_new();

    cases[i].build(store);
    for (guint at = 0; at < store->len; at++) {
      g_autofree unsigned char *cut = g_memdup2(store->data, MAX(at, 1));

      g_free(store_text(cut, at));
      store->data[at] = (guint8)~store->data[at];
      g_free(store_text(store->data, store->len));
      store->data[at] = (guint8)~store->data[at];
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_damage),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
