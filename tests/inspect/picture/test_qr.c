/* QR codes in pictures of each format, and what their texts lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "codes.h"
#include "link.h"

static const struct {
  const char *label, *base64, *want;
} pictures[] = {
    {"png", DRIVE_PNG, DRIVE},
    {"yellow on white",
     "iVBORw0KGgoAAAANSUhEUgAAAJQAAACUAQMAAABP8pKXAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6"
     "JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABlBMVEX//////wB4fhrhAAAAAWJLR0QA"
     "iAUdSAAAAAlwSFlzAAALEgAACxIB0t1+/AAAAAd0SU1FB+oLFgAzMkUVn6YAAAD0SURBVEjH7ZVBEoUw"
     "CEO5Qe5/S26QT9Lq+LemSxlH4bmAgdBWfRYayUYV5iM3ZvNuYuLqdpQydoPjwO4RRoCoc0zlUv9OsHmE"
     "thszDWbb39zesmWTBc/4PbN21NZpLJAzlN3RJKbijtlOIE0+a37NSsWyJCELKWUTc2lyau+cac6WpSfe"
     "MdPqQS1dv2PmlZ62ankKOfOuWEL1lOVrZim2q9byxMxnGHa8c0RMAtIBi6E4wryF8DZ2zPaclKJ4gLmV"
     "qhp9p0hY7zb0rfCQWZCS0P/MEzZD1xfgISZ5S5SsnNW63HXxXWdYwtaqUH29rtCIfRbYDynj8wqd1cIK"
     "AAAAJXRFWHRkYXRlOmNyZWF0ZQAyMDI2LTExLTIyVDAwOjUxOjQ4KzAwOjAwtkS1KQAAACV0RVh0ZGF0"
     "ZTptb2RpZnkAMjAyNi0xMS0yMlQwMDo1MTo0OCswMDowMMcZDZUAAAAASUVORK5CYII=",
     DRIVE},
    {"gif, black on red",
     "R0lGODlhhACEAPAAAAAAAP8AACH5BAAAAAAALAAAAACEAIQAAAL+jI+py+0Po5y02ouz3rz7D4biSJbm"
     "iabqyrbuC8fyTNf2jef6zvf+DwwKh0Qa4IhMKpdMBFPpbE6e1CqAZM1CD9nokqINX0dirZd6ToLLViy7"
     "mpYanus3nYzEqLnty36e5xco8ldR2CV4dKY3GFJYNwYIlxgZ8DjVCHIpcdhn0alI6RYqicZHatl4p7Ca"
     "AGpaOlqJGHs6K+eKu2jbutnx2qsq/LXQulsajKo5DJuKCpzJG12LjOvLAU1M7by17fsap80tG949Lv3M"
     "zACObn69ke3OzL59fF4t/q4RT8/d/62uXb9l6SbVw1PwlsF7juZZm9YwYbmBH/gFNPHPE0P+ggqb6ft1"
     "0d9DZRUhQqCIr9k6kw8+MiLJKeREXcVYOnApKufBlMZqwoyA85PNBihFLlz58+TQl3byhcyYsGlQQ1Kd"
     "SrRlz+IbWVWvenvqsCrXrlnBejUqtQhWn2zUYoTY1G0JgFvlIqw08+iPnjyXtrOnNKpGjnRVthyJ97Bg"
     "vR74op2aLPHNsIYb0+yblG1RpB1pzYV7+bFZeQunktMMujTlvB2NpDbHuqxVj37f/nTsOV7stS48lwPM"
     "m+hozix8/w0OnNVwtsUHH9+5kXnwws0Zo00eXflZ6jM2Tw8dGWrlz2eJP881W7zj09Blwz4febcK71/F"
     "/YZP2bROoOD+8/e3DgNk/3XmHGaSxSCgfd+Fwdl6LyT4Xn1moKZgbwM2OJR+k1WYAm6vfaShcByi4OFt"
     "oWHHVIjYXEjhgShSouJd7pknoVakEZgZIctp1xp+DC4YIXk9Qqeef7PdN9+O6A15nUCIIdnhasgBCQmG"
     "I66g25QSVtlijJYtxuSMmJgIIJZSEimTYgcaZ9uEPFrpopNdpfmlm0vCGdictOWYQRk0LgminqrxmWKB"
     "2TW5oaBPDiFennmyGUSjaj5qKBCSJkppmT5cKmKcBnrJn6B/OkolkKBmmpZ0MW032qlqzjnqpKXWWFuf"
     "isaK6awMOVgnUy9uqeWdsupIqKqHitnnXrC/2lrsm8rqGiifrjorVHnG0nfss/sYySSvoolqLEfy7Xqi"
     "nHriChKYRUqraImeMovjjVDC2S66K6pLJ7nsXkktohHFWxS23ro3rbAGYidwuf0OvF9ury3LMK3NUoWv"
     "tSmhCmWWbY5bWLQ3rvvuvQDn6214rdbqq7kIK+xvfOexR3G33Nr7KspjhnztyRyGGHHMKQN7cLg3F7zs"
     "nyBzV22QIsNq6sxdZmjzquc2XfGalWoLL9MSj0zmeEXDSBbVXFutabZ2nY122mqvzXbbbr8Nd9xyz013"
     "3XbfjXfeeu/Nd99++10AADs=",
     "HTTPS://WWW.DROPBOX.COM/S/ABC/PLAN.PDF"},
    {"webp",
     "UklGRp4AAABXRUJQVlA4TJEAAAAvg8AgAA8w//M///MfeIAUSZIjKRgkf5bBIE6rOvWM6P8E9O79AwBm"
     "BHjGcm1ah1DXEm8t9TvgWBku6w7gi8Cd526z51cQjGbeWY4RDs8ECo5TawjLukQkbt5pQcG4o7IW69Bc"
     "ri27ozkduDvPgRneARRRuGOpaK47qCQ4T23JtFO2zLxTShPWGUBytHnmvX8/AA==",
     "weixin://dl/chat?abc"},
    {"a pixel a module",
     "iVBORw0KGgoAAAANSUhEUgAAACEAAAAhAQMAAABtKlAsAAAABlBMVEUAAAD///+l2Z/dAAAAAnRSTlP/"
     "/8i138cAAAAJcEhZcwAACxIAAAsSAdLdfvwAAACTSURBVAiZY/gPAgyY5AeJO+z/Gb7fU/3+n+FLxFJx"
     "IBlyFUSG8gLJ7zfvAsU/iIYA1fz/rQ9U/7kz3/4/w4+l5/iBarxU1P8z/FbZsB3InngRqPLrzrj3QF3R"
     "q4DiX/XLpgPFWRPigXo/b68HmiNsWg6UvfY9HSge98AfSEYzguyNnw9U+f2iEVD2g4jpdmzuBJMA3c98"
     "LChqSrEAAAAASUVORK5CYII=",
     CHAT},
};

/* Files that move: a white picture, then one with a code. */
static const struct {
  const char *label, *base64;
} moving[] = {
    {"GIF", "R0lGODlhOgA6APAAAP///wAAACH5BAQKAAAAIf8LSW1hZ2VNYWdpY2sOZ2FtbWE9MC40NTQ1NDUALAAA"
            "AAA6ADoAAAI9hI+py+0Po5y02ouz3rz7D4biSJbmiabqyrbuC8fyTNf2jef6zvf+DwwKh8Si8YhMKpfM"
            "pvMJjUqn1OqrAAAh+QQFCgABACH/C0ltYWdlTWFnaWNrDmdhbW1hPTAuNDU0NTQ1ACwEAAQAMgAyAIAA"
            "AAAAAAAC/oSPGBsJ3B6MrtoEXZb74rmBi0ZJhsgoaISS6rm+HzzO5lHXMuxyJX8D6nCloZBVTN1yv6Dz"
            "CKQhobYokWokMntW7LQSag5XyPFEymxpRVJV+M322LbLr/x+rXvxPjJc5hco2JYneLaWZUaohpbUkXeU"
            "dtiYaFf3COLxSBWp1KhpaUW38wRpKhrqlIVKyFroOackSaroYzFrWusmKxaTm0QSFhzX+flKWcZb3Ad8"
            "eZjpTAcnnVopbMu8V3X8Cu2t/Ouq9j2q2nT7tQmW3HVBvRpriPnMOy0//5fNDM+FvZg+CY+ZgQCNIXuX"
            "zF4rRPT+kavXq8e4gOgARdyX8Ny2LnLL1KFjVAqXx3UgKx2EFYjWxZQMoaGa2G/eLoLfYqJ0BOsOxzUd"
            "c8rZ+c9hhAIAOw=="},
    {"PNG", "iVBORw0KGgoAAAANSUhEUgAAADoAAAA6CAAAAADE0BX0AAAACGFjVEwAAAACAAAAAYSKo+YAAAAaZmNU"
            "TAAAAAAAAAA6AAAAOgAAAAAAAAAAAAEACgAA1x3hzQAAACdJREFUSMftyzERAAAIBCC1f2ft8KMHO72V"
            "mniqqqqqqqqqqqq+qwdlPQFzwjxroQAAABpmY1RMAAAAAQAAADoAAAA6AAAAAAAAAAAAAQAKAABMbgsZ"
            "AAABHGZkQVQAAAACSMfVV0EOwzAIM9P+/2V2yFJsksPUeJrGISoZrWMKLovEXXvcvvNHtz4BIGQrr51x"
            "NbKxxpyiApVnxgsA+V7XmHNURmNPGWqMA1WfnoTbsae5USFMA/s6d6Dyk3NTTT3Ggdrf38Ct+s0l5gg1"
            "9tkrnPxahmdvrH2qeCE751x7xaaoQ9eJtKBqp2i/JGkF+x6u/B7RGDNiZd/FVXnVeVSTDKikEnmtXR9S"
            "vDh/r6ISQVU00ZN2A/BkmNSfcZkVnyQo454Mx7WGaEPQb0md5NYm7lH9snO0f5Zg9vPaX8P7WUK/Q/0s"
            "7lliVd8Qz9c5aqOOd5n3do5adYoyZ989S6juqz6XuWeJqQfq9wrzzxKf2N/943gBBICEhryCXqAAAAAA"
            "SUVORK5CYII="},
    {"WebP", "UklGRv4AAABXRUJQVlA4WAoAAAASAAAAOQAAOQAAQU5JTQYAAAD/////AQBBTk1GMAAAAAAAAAAAADkA"
             "ADkAAGQAAAJWUDhMFwAAAC85QA4AB9D//ve//wEgIfx/r0X0P3UCAEFOTUaaAAAAAgAAAgAAMQAAMQAA"
             "ZAAAAFZQOEyCAAAALzFADBAPEBHzH4JtAraRBG4NWcWgNuDV72kDWeXA7YErZYaI/kfnH1+bWFyb0OK/"
             "mAdWnNlxsJgR0E6yWgHfAGT888XQf/G7WqvWrm3iu7xda2YklD55XRCjr7VNuGHv1Gq+TQgw3Ew7x6CZ"
             "WLywV4vX1YWDd8IOmJhqkWObdtagKw=="},
};

/* Texts, and the addresses in them parted by blanks. */
static const struct {
  const char *label, *text, *want;
} texts[] = {
    {"an address", "https://a.example/x", "https://a.example/x"},
    {"upper case", " HTTPS://A.EXAMPLE/X\n", "HTTPS://A.EXAMPLE/X"},
    {"an application", "weixin://dl/chat?x", "weixin://dl/chat?x"},
    {"without a scheme", "wa.me/123", "wa.me/123"},
    {"words", "see https://a.example/x or www.b.example", "https://a.example/x www.b.example"},
    {"bookmark", "MEBKM:TITLE:x;URL:https\\://a.example/x;;", "https://a.example/x"},
    {"prefix", "URLTO:https://a.example/x", "https://a.example/x"},
    {"card", "BEGIN:VCARD\nURL:https://a.example/x\nEND:VCARD", "https://a.example/x"},
    {"network", "WIFI:T:WPA;S:https://a.example;P:x;;", ""},
    {"password", "otpauth://totp/x?secret=y", ""},
    {"nothing", "12345", ""},
    {"empty", "", ""},
};

static void
test_pictures(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
    g_autoptr(Picture) picture = picture_of(pictures[i].base64);
    g_autofree char *got = codes_in(picture);

    failed += check(pictures[i].label, got, pictures[i].want);
  }
  assert_int_equal(failed, 0);
}

/* A picture that breaks off anywhere is one or is none. */
static void
test_cut(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
    g_autoptr(GBytes) bytes = bytes_of(pictures[i].base64);
    size_t len;
    const unsigned char *data = g_bytes_get_data(bytes, &len);

    for (size_t cut = 0; cut < len; cut += 3) {
      g_autofree unsigned char *copy = g_memdup2(data, MAX(cut, 1));
      g_autoptr(Picture) picture = read_first(copy, cut);

      assert_true(picture == NULL || picture->width < 200);
    }
  }
}

static void
put32(GByteArray *out, guint32 n)
{
  guint32 le = GUINT32_TO_LE(n);

  g_byte_array_append(out, (const guint8 *)&le, 4);
}

/* The picture as a bitmap, its rows from the top down or from the bottom up. */
static GByteArray *
bitmap_new(const Picture *picture, unsigned bits, gboolean down)
{
  GByteArray *out = g_byte_array_new();
  const unsigned stride = (picture->width * bits + 31) / 32 * 4;

  g_byte_array_append(out, (const guint8 *)"BM", 2);
  put32(out, 0);
  put32(out, 0);
  put32(out, 14 + 40 + (bits == 1 ? 8 : 0));
  put32(out, 40);
  put32(out, picture->width);
  put32(out, down ? 0u - picture->height : picture->height);
  put32(out, 1 | bits << 16);
  for (int i = 0; i < 6; i++)
    put32(out, 0);
  if (bits == 1) {
    put32(out, 0x000000);
    put32(out, 0xffffff);
  }
  for (unsigned i = 0; i < picture->height; i++) {
    unsigned y = down ? i : picture->height - 1 - i;
    g_autofree guint8 *row = g_malloc0(stride);

    for (unsigned x = 0; x < picture->width; x++) {
      guint8 value = picture->pixels[(y * picture->width + x) * picture->channels];

      if (bits == 1)
        row[x / 8] |= (guint8)((value > 127) << (7 - x % 8));
      else
        memset(row + x * (bits / 8), value, 3);
    }
    g_byte_array_append(out, row, stride);
  }
  return out;
}

static void
test_bitmaps(void **state)
{
  static const unsigned bits[] = {1, 24, 32};
  g_autoptr(Picture) source = picture_of(DRIVE_PNG);
  int failed = 0;

  for (size_t i = 0; i < 2 * G_N_ELEMENTS(bits); i++) {
    g_autoptr(GByteArray) bitmap = bitmap_new(source, bits[i / 2], i % 2);
    g_autoptr(Picture) picture = read_first(bitmap->data, bitmap->len);
    g_autofree char *got = codes_in(picture);
    g_autofree char *label = g_strdup_printf("%u bits, %s", bits[i / 2], i % 2 ? "down" : "up");

    failed += check(label, got, DRIVE);
  }
  assert_int_equal(failed, 0);
}

/* What a header says is looked at before anything is decoded. */
static void
test_too_large(void **state)
{
  g_autoptr(GBytes) bytes = bytes_of(DRIVE_PNG);
  size_t len;
  g_autofree unsigned char *copy =
      g_memdup2(g_bytes_get_data(bytes, &len), g_bytes_get_size(bytes));
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};

  len = g_bytes_get_size(bytes);
  copy[16] = copy[20] = 0x70;
  assert_null(read_first(copy, len));
  assert_false(qr_links(&search, copy, len, "image/png", NULL, links));
  search.pixels = LIMIT_PICTURES;
  assert_false(qr_links(&search, g_bytes_get_data(bytes, NULL), len, "image/png", NULL, links));
  assert_int_equal(links->len, 0);
}

/* In an address that is a picture's own. `pixels` were searched before it. */
static void
test_data_addresses(void **state)
{
  static const struct {
    const char *label, *address;
    guint64 pixels;
    guint codes;
    gboolean unread;
  } cases[] = {
      {"searched", "data:image/png;base64," DRIVE_PNG, 0, 1, FALSE},
      {"of another type", "data:audio/wav;base64," DRIVE_PNG, 0, 1, FALSE},
      {"too many before it", "data:image/png;base64," DRIVE_PNG, LIMIT_PICTURES, 0, TRUE},
      {"of no type", "data:;base64," DRIVE_PNG, LIMIT_PICTURES, 0, TRUE},
      {"broken", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA", 0, 0, TRUE},
      {"of a kind that is not read", "data:image/AVIF;base64,AAAAHGZ0eXBhdmlm", 0, 0, TRUE},
      {"a drawing", "data:image/svg+xml;base64,PHN2Zy8+", 0, 0, FALSE},
      {"a sound", "data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAA=", 0, 0, FALSE},
  };
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *html = g_strdup_printf("<img src='%s'>", cases[i].address);
    const unsigned char *utf8 = (const unsigned char *)html;
    g_autoptr(GArray) links = links_new();
    g_auto(QrSearch) search = {.pixels = cases[i].pixels};
    gboolean unread;

    assert_true(html_links(utf8, strlen(html), links));
    assert_int_equal(links->len, 1);
    qr_data_links(&search, utf8, links);
    unread = (g_array_index(links, Link, 0).flags & LINK_UNREAD) != 0;
    if (links->len - 1 != cases[i].codes || unread != cases[i].unread) {
      print_error("%s: %u codes, %s\n", cases[i].label, links->len - 1, unread ? "unread" : "read");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

static void
test_large_is_made_smaller(void **state)
{
  g_autoptr(Picture) small = picture_of(DRIVE_PNG);
  const unsigned up = 16;
  g_autoptr(Picture) large = picture_new(small->width * up, small->height * up, small->channels);
  g_autoptr(GByteArray) bitmap = NULL;
  g_autoptr(Picture) picture = NULL;
  g_autofree char *got = NULL;

  for (unsigned y = 0; y < large->height; y++)
    for (unsigned x = 0; x < large->width; x++)
      memcpy(large->pixels + ((size_t)y * large->width + x) * large->channels,
             small->pixels + ((size_t)(y / up) * small->width + x / up) * small->channels,
             small->channels);
  bitmap = bitmap_new(large, 24, FALSE);
  picture = read_first(bitmap->data, bitmap->len);
  assert_non_null(picture);
  assert_true((size_t)picture->width * picture->height <= LIMIT_PICTURE_SEARCHED);
  got = codes_in(picture);
  assert_string_equal(got, DRIVE);
}

/* --- the first picture painted in other ways --- */

/* Red, green, blue and opacity of what is dark and what is light in it. */
typedef struct paint {
  const char *label;
  unsigned char dark[4], light[4];
} Paint;

static const Paint paints[] = {
    {"light on dark", {255, 255, 255, 255}, {0, 0, 0, 255}},
    {"of one brightness", {208, 0, 0, 255}, {0, 107, 0, 255}},
    {"blue on black", {0, 0, 0, 255}, {0, 0, 90, 255}},
    {"pale", {225, 225, 225, 255}, {250, 250, 250, 255}},
    {"light is transparent", {0, 0, 0, 255}, {0, 0, 0, 0}},
    {"dark is transparent, to be shown on black", {255, 255, 255, 0}, {255, 255, 255, 255}},
    {"half transparent", {255, 255, 255, 60}, {255, 255, 255, 200}},
};

static void
test_paints(void **state)
{
  g_autoptr(Picture) source = picture_of(DRIVE_PNG);
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(paints); i++) {
    g_autoptr(Picture) picture = picture_new(source->width, source->height, 4);
    g_autofree char *got = NULL;

    for (unsigned k = 0; k < source->width * source->height; k++)
      memcpy(picture->pixels + (size_t)k * 4,
             source->pixels[k * source->channels] < 128 ? paints[i].dark : paints[i].light, 4);
    got = codes_in(picture);
    failed += check(paints[i].label, got, DRIVE);
  }
  assert_int_equal(failed, 0);
}

/* Where (x, y) of a picture comes from, in pixels of the first, as a matrix over 16. */
typedef struct shape {
  const char *label;
  unsigned width, height;
  int xx, xy, x, yx, yy, y;
  unsigned char ground;
} Shape;

static const Shape shapes[] = {
    {"at a slant", 220, 220, 13, 9, -1236, -9, 13, 744, 255},
    {"the other way", 220, 220, -11, 11, 1200, -11, -11, 3500, 255},
    {"mirrored, as on a window", 148, 148, -16, 0, 147 * 16, 0, 16, 0, 255},
    {"twice as wide", 296, 148, 8, 0, 0, 0, 16, 0, 255},
    {"a fax, of half as many rows an inch", 338, 148, 7, 0, 0, 0, 16, 0, 255},
    {"half as high again", 148, 222, 16, 0, 0, 0, 11, 0, 255},
    {"without a quiet zone", 116, 116, 16, 0, 256, 0, 16, 256, 255},
    {"with one module of it, on black", 300, 200, 16, 0, -400, 0, 16, -400, 0},
    {"small in a large picture", 1900, 1000, 24, 0, -24000, 0, 24, -12000, 220},
};

static void
test_shapes(void **state)
{
  g_autoptr(Picture) source = picture_of(DRIVE_PNG);
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
    const Shape *shape = &shapes[i];
    g_autoptr(Picture) picture = picture_new(shape->width, shape->height, 1);
    g_autofree char *got = NULL;

    for (int y = 0; y < (int)shape->height; y++)
      for (int x = 0; x < (int)shape->width; x++) {
        int fx = (x * shape->xx + y * shape->xy + shape->x) >> 4;
        int fy = (x * shape->yx + y * shape->yy + shape->y) >> 4;
        gboolean in = fx >= 0 && fy >= 0 && fx < (int)source->width && fy < (int)source->height;

        picture->pixels[(unsigned)y * shape->width + (unsigned)x] =
            in ? source->pixels[((unsigned)fy * source->width + (unsigned)fx) * source->channels]
               : shape->ground;
      }
    got = codes_in(picture);
    failed += check(shape->label, got, DRIVE);
  }
  assert_int_equal(failed, 0);
}

/* Rows of letters have runs that fit, but no marks: zbar, which costs a hundred times as much, is
 * not asked. */
static void
test_letters(void **state)
{
  static const char *const glyphs[] = {
      ".#####.#.....##.###.##.###.##.###.##.....#.#####.", /* O with something in it */
      "#######.....#.....#...#######.....#.....#######..", /* B, E */
      ".####..#....#.#.##.#.#.#.##.##.#.#.#....#..####..", /* @ */
  };
  g_autoptr(Picture) picture = picture_new(900, 400, 1);
  g_autoptr(GArray) places = NULL;

  memset(picture->pixels, 255, 900 * 400);
  for (unsigned row = 0; row < 40; row++)
    for (unsigned column = 0; column < 100; column++)
      for (unsigned i = 0; i < 49; i++)
        if (glyphs[(row * 7 + column * column) % 3][i] == '#')
          picture->pixels[(row * 10 + i / 7) * 900 + column * 9 + i % 7] = 30;
  places = qr_places(picture, VIEW_ON_WHITE, NULL);
  assert_int_equal(places->len, 0);
}

/* A picture of which not even the first row can be read is no white one. */
static void
test_broken(void **state)
{
  g_autoptr(GBytes) bytes = bytes_of(DRIVE_PNG);
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};
  size_t len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  g_autofree unsigned char *copy = g_memdup2(data, len);
  unsigned char *pixels = copy;

  while (memcmp(pixels, "IDAT", 4) != 0)
    pixels++;
  memset(pixels + 4, 0xff, 40);
  assert_null(read_first(copy, len));
  assert_false(qr_links(&search, copy, len, "image/png", NULL, links));
}

/* --- drawn by characters --- */

/* What stands for a module that is dark or light; `two`: for one above the other, in the order
 * light on light, dark above, dark below, both dark. */
typedef struct hand {
  const char *label, *before, *dark, *light, *end;
  const char *two[4];
  gboolean html;
} Hand;

static const Hand hands[] = {
    {"halves", "", NULL, NULL, "\n", {" ", "▀", "▄", "█"}, FALSE},
    {"halves, for a dark screen", "", NULL, NULL, "\n", {"█", "▄", "▀", " "}, FALSE},
    {"quoted", "> ", NULL, NULL, "\r\n", {" ", "▀", "▄", "█"}, FALSE},
    {"two a module", "", "██", "  ", "\n", {NULL}, FALSE},
    {"shades", "   ", "▓▓", "░░", "\n", {NULL}, FALSE},
    {"squares", "", "⬛", "⬜", "\n", {NULL}, FALSE},
    {"coloured squares", "", "\U0001f7e6", "⬜", "\n", {NULL}, FALSE},
    {"references", "", "&#9608;&#x2588;", "&nbsp;&nbsp;", "\n", {NULL}, TRUE},
    {"names", "<div>", NULL, NULL, "</div>", {"&nbsp;", "&uhblk;", "&lhblk;", "&block;"}, TRUE},
    {"numbers without an end", "", "&#9632", "&#9633", "<br>", {NULL}, TRUE},
    {"names of squares", "", "&squf;", "&squ;", "<br>", {NULL}, TRUE},
    {"wide blanks", "", "■", "\u3000", "<br>", {NULL}, TRUE},
    {"blanks with names", "<p>", "&FilledSmallSquare;", "&emsp;", "</p>", {NULL}, TRUE},
    {"rows of a table", "<tr><td>", "<i>⬛</i>", "<b>⬜</b>", "</td></tr>\n", {NULL}, TRUE},
};

static gboolean
is_dark(const Picture *picture, unsigned x, unsigned y)
{
  return y < picture->height && picture_at(picture, VIEW_ON_WHITE, x, y) < 128;
}

static char *
drawn(const Hand *hand, const Picture *picture)
{
  GString *out = g_string_new("Scan this:\n");

  for (unsigned y = 0; y < picture->height; y += hand->dark ? 1 : 2) {
    g_string_append(out, hand->before);
    for (unsigned x = 0; x < picture->width; x++)
      if (hand->dark)
        g_string_append(out, is_dark(picture, x, y) ? hand->dark : hand->light);
      else
        g_string_append(out, hand->two[is_dark(picture, x, y) + 2 * is_dark(picture, x, y + 1)]);
    g_string_append(out, hand->end);
  }
  g_string_append(out, "Thank you.\n");
  return g_string_free(out, FALSE);
}

static void
test_drawn(void **state)
{
  g_autoptr(Picture) picture = picture_of(pictures[G_N_ELEMENTS(pictures) - 1].base64);
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(hands); i++) {
    g_autofree char *text = drawn(&hands[i], picture);
    g_autoptr(GArray) links = links_new();
    g_auto(QrSearch) search = {0};
    gboolean whole =
        qr_art_links(&search, (const unsigned char *)text, strlen(text), hands[i].html, links);
    const Link *link = links->len > 0 ? &g_array_index(links, Link, 0) : NULL;

    assert_true(whole);
    failed += check(hands[i].label, link ? link->target : "", CHAT);
    failed += link && (link->span.off < strlen("Scan this:") ||
                       range_end(link->span) > strlen(text) - strlen("Thank you."));
  }
  assert_int_equal(failed, 0);
}

static void
test_moving(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(moving); i++) {
    g_autoptr(GBytes) bytes = bytes_of(moving[i].base64);
    g_autoptr(GArray) links = links_new();
    g_auto(QrSearch) search = {0};
    size_t len;
    const unsigned char *data = g_bytes_get_data(bytes, &len);

    assert_true(qr_links(&search, data, len, "", NULL, links));
    failed +=
        check(moving[i].label, links->len > 0 ? g_array_index(links, Link, 0).target : "", CHAT);
    for (size_t cut = 0; cut < len; cut += 3) {
      g_autofree unsigned char *copy = g_memdup2(data, MAX(cut, 1));
      g_autoptr(Picture) picture = read_first(copy, cut);

      assert_true(picture == NULL || picture->width < 200);
    }
  }
  assert_int_equal(failed, 0);
}

/* The same picture is searched once. */
static void
test_known(void **state)
{
  g_autoptr(GBytes) bytes = bytes_of(DRIVE_PNG);
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};
  guint64 once;
  size_t len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);

  assert_true(qr_links(&search, data, len, "image/png", NULL, links));
  once = search.pixels;
  assert_true(once > 148 * 148 && once < 5 * 148 * 148);
  for (unsigned i = 0; i < 2; i++)
    assert_true(qr_links(&search, data, len, "image/png", NULL, links));
  assert_int_equal(links->len, 3);
  assert_int_equal(search.pixels, once);
}

/* A field of corner marks, `side` in a row. */
static Picture *
marks_new(unsigned side)
{
  static const char *const mark[] = {"1111111.", "1.....1.", "1.111.1.", "1.111.1.",
                                     "1.111.1.", "1.....1.", "1111111.", "........"};
  Picture *picture = picture_new(8 * side, 8 * side, 1);

  for (unsigned y = 0; y < picture->height; y++)
    for (unsigned x = 0; x < picture->width; x++)
      picture->pixels[(size_t)y * picture->width + x] = mark[y % 8][x % 8] == '1' ? 0 : 255;
  return picture;
}

/* zbar would take a minute. */
static void
test_too_many_marks(void **state)
{
  g_autoptr(Picture) many = marks_new(375), few = marks_new(40);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
  guint64 pixels = 0;

  assert_true(qr_crossings(many) > LIMIT_QR_CROSSINGS);
  assert_false(qr_read(many, &pixels, found));
  assert_true(qr_crossings(few) > 40 * 40 / 2);
  assert_true(qr_read(few, &pixels, found));
  assert_true(pixels <= LIMIT_PICTURES);
  pixels = LIMIT_PICTURES + 1;
  assert_false(qr_read(few, &pixels, found));
  assert_int_equal(found->len, 0);
}

static void
test_texts(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GArray) links = links_new();
    g_autoptr(GString) got = g_string_new(NULL);

    qr_text_links(texts[i].text, links);
    for (guint k = 0; k < links->len; k++)
      g_string_append_printf(got, "%s%s", k > 0 ? " " : "", g_array_index(links, Link, k).target);
    failed += check(texts[i].label, got->str, texts[i].want);
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pictures),       cmocka_unit_test(test_cut),
      cmocka_unit_test(test_bitmaps),        cmocka_unit_test(test_too_large),
      cmocka_unit_test(test_texts),          cmocka_unit_test(test_large_is_made_smaller),
      cmocka_unit_test(test_paints),         cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_letters),        cmocka_unit_test(test_broken),
      cmocka_unit_test(test_known),          cmocka_unit_test(test_too_many_marks),
      cmocka_unit_test(test_data_addresses), cmocka_unit_test(test_moving),
      cmocka_unit_test(test_drawn),
  };

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
