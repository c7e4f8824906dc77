/* codes.h - files of pictures with QR codes in them, and what is read of them. After cmocka.h. */
#ifndef CORDON_TESTS_CODES_H
#define CORDON_TESTS_CODES_H

#include "qr.h"

#define CHAT  "https://wa.me/85291234567"
#define DRIVE "https://drive.google.com/file/d/1aBcDeFg/view"

/* DRIVE, of 29 modules a side with 4 around, in 4 pixels a module. */
#define DRIVE_PNG                                                                                  \
  "iVBORw0KGgoAAAANSUhEUgAAAJQAAACUAQMAAABP8pKXAAAABlBMVEUAAAD///+l2Z/dAAAAAnRSTlP/"               \
  "/8i138cAAAAJcEhZcwAACxIAAAsSAdLdfvwAAAD+SURBVEiJ7ZVLDgMhDENzA9//lr5BGhta9bNpxyyL"               \
  "RgM8FokSG6o/R/3ZL6yqwG7OpGXM5o/i7BvwLmUFULnTyyOsyGKfY0q3dHaCzSfUaxkzNWaPl75dZWtM"               \
  "FOJNV9eYtaOyTmHJnLG9HE1yMkbMdgBp8jnny6yVbLUkZCGlbPa1NDm5I2fqs2XpjiNmsh5V0nUcM1t6"               \
  "yirzNHNmr1hC3fcaJMxShLOWeWLmO4x7v2NETALSBcuhPMLsQtqNiJltAofoOsBcSmVN4KGhgGGXAUvh"               \
  "ObMgJaHXnidsmq6ZrENM8pYoq3PW63HXw3e/wxK2rFKqq5/QlH2MP/ue3QABaP6DTSNMdQAAAABJRU5E"               \
  "rkJggg=="

typedef struct code_file {
  const char *label, *base64;
} CodeFile;

static inline GBytes *
bytes_of(const char *base64)
{
  gsize len;
  guchar *data = g_base64_decode(base64, &len);

  return g_bytes_new_take(data, len);
}

/* Prints what is not as wanted, and counts it. */
static inline int
check(const char *label, const char *got, const char *want)
{
  if (strcmp(got, want) == 0)
    return 0;
  print_error("%s: got \"%s\", want \"%s\"\n", label, got, want);
  return 1;
}

/* --- pictures --- */

static inline void
keep_first(const Picture *picture, void *data)
{
  Picture **first = data;

  if (*first)
    return;
  *first = picture_new(picture->width, picture->height, picture->channels);
  memcpy((*first)->pixels, picture->pixels,
         (size_t)picture->width * picture->height * picture->channels);
}

/* The first of the pictures in the bytes, or NULL. */
static inline Picture *
read_first(const unsigned char *bytes, size_t len)
{
  Picture *first = NULL;
  gboolean any = picture_read(bytes, len, keep_first, &first);

  assert_true(any || first == NULL);
  return first;
}

/* The same of what is known to be a picture. */
static inline Picture *
picture_of(const char *base64)
{
  g_autoptr(GBytes) bytes = bytes_of(base64);
  Picture *picture = read_first(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

  assert_non_null(picture);
  return picture;
}

/* --- codes --- */

static inline void
add_codes(const Picture *picture, void *texts)
{
  guint64 pixels = 0;

  qr_read(picture, &pixels, texts);
}

/* What the codes of a picture say, with blanks between. */
static inline char *
codes_in(const Picture *picture)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

  add_codes(picture, texts);
  g_ptr_array_add(texts, NULL);
  return g_strjoinv(" ", (char **)texts->pdata);
}

/* The same of all pictures in the bytes; "-" behind it if not all was read. */
static inline char *
codes_of(const unsigned char *bytes, size_t len)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  gboolean whole = picture_read(bytes, len, add_codes, texts);

  if (!whole)
    g_ptr_array_add(texts, g_strdup("-"));
  g_ptr_array_add(texts, NULL);
  return g_strjoinv(" ", (char **)texts->pdata);
}

static inline void
assert_chat(const CodeFile *files, size_t count)
{
  int failed = 0;

  for (size_t i = 0; i < count; i++) {
    g_autoptr(GBytes) bytes = bytes_of(files[i].base64);
    g_autofree char *got = codes_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

    failed += check(files[i].label, got, CHAT);
  }
  assert_int_equal(failed, 0);
}

/* What breaks off anywhere is never taken for a file without codes. Without its last bytes, so many
 * as `end`, it is whole. */
static inline void
assert_cut_is_told(const CodeFile *files, size_t count, size_t end)
{
  for (size_t i = 0; i < count; i++) {
    g_autoptr(GBytes) bytes = bytes_of(files[i].base64);
    size_t len;
    const unsigned char *data = g_bytes_get_data(bytes, &len);

    for (size_t cut = 0; cut + end < len; cut += 3) {
      g_autofree unsigned char *copy = g_memdup2(data, MAX(cut, 1));
      g_autofree char *got = codes_of(copy, cut);

      if (*got == '\0')
        print_error("%s, %zu bytes: nothing is missed\n", files[i].label, cut);
      assert_string_not_equal(got, "");
    }
  }
}

#endif
