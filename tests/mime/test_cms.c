/* What S/MIME wraps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cms.h"

#define BYTES(text) text, sizeof(text) - 1

#define DATA       "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define SIGNED     "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define ENVELOPED  "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
#define COMPRESSED "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
#define TIMESTAMP  "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"

/* Of indefinite length all around: version, no algorithms, then what is given. */
#define OPEN    "\x30\x80" SIGNED "\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80"
#define CLOSE   "\0\0\0\0\0\0\0\0"
#define ZLIB_HI "\x78\xda\xcb\xc8\x04\x00\x01\x3b\x00\xd2"

typedef struct cms_case {
  const char *label, *bytes;
  size_t len;
  CmsKind kind;
  const char *want; /* the content, or NULL */
} CmsCase;

static const CmsCase cases[] = {
    {"nothing", "", 0, CMS_NONE, NULL},
    {"text", BYTES("Content-Type: text/plain"), CMS_NONE, NULL},
    {"another sequence", BYTES("\x30\x03\x02\x01\x01"), CMS_NONE, NULL},
    {"of known lengths",
     BYTES("\x30\x2a" SIGNED "\xa0\x1d\x30\x1b\x02\x01\x01\x31\x02\x30\x00\x30\x10" DATA
           "\xa0\x03\x04\x01x\x31\x00"),
     CMS_OPAQUE, "x"},
    {"a length in more bytes than needed",
     BYTES("\x30\x82\x00\x2b" SIGNED "\xa0\x81\x1d\x30\x1b\x02\x01\x01\x31\x02\x30\x00\x30\x10" DATA
           "\xa0\x03\x04\x01x\x31\x00"),
     CMS_OPAQUE, "x"},
    {"of indefinite lengths", BYTES(OPEN DATA "\xa0\x80\x04\x02hi\0\0" CLOSE), CMS_OPAQUE, "hi"},
    {"in pieces", BYTES(OPEN DATA "\xa0\x80\x24\x80\x04\x02hi\x04\x00\x04\x02!!\0\0\0\0" CLOSE),
     CMS_OPAQUE, "hi!!"},
    {"in pieces of known length", BYTES(OPEN DATA "\xa0\x80\x24\x06\x04\x01h\x04\x01i\0\0" CLOSE),
     CMS_OPAQUE, "hi"},
    {"pieces in pieces",
     BYTES(OPEN DATA "\xa0\x80\x24\x80\x24\x80\x04\x01h\0\0\x04\x01i\0\0\0\0" CLOSE), CMS_OPAQUE,
     "hi"},
    {"a piece that is none", BYTES(OPEN DATA "\xa0\x80\x24\x80\x02\x01h\0\0\0\0" CLOSE), CMS_OPAQUE,
     NULL},
    {"pieces too deep",
     BYTES(OPEN DATA "\xa0\x80\x24\x80\x24\x80\x24\x80\x24\x80\x24\x80\x24\x80\x04\x01h"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0" CLOSE),
     CMS_OPAQUE, NULL},
    {"signed beside", BYTES(OPEN DATA CLOSE), CMS_DETACHED, NULL},
    {"signed beside, without its end", BYTES(OPEN DATA "\0\0"), CMS_DETACHED, NULL},
    {"signed content of another type", BYTES(OPEN TIMESTAMP "\xa0\x80\x04\x02hi\0\0" CLOSE),
     CMS_BROKEN, NULL},
    {"padding behind", BYTES(OPEN DATA "\xa0\x80\x04\x02hi\0\0" CLOSE "\0\r\n"), CMS_OPAQUE, "hi"},
    {"something behind", BYTES(OPEN DATA "\xa0\x80\x04\x02hi\0\0" CLOSE "PK"), CMS_BROKEN, NULL},
    {"no end", BYTES(OPEN DATA "\xa0\x80\x04\x02hi\0\0"), CMS_BROKEN, NULL},
    {"cut short", BYTES("\x30\x2a" SIGNED "\xa0\x1d\x30\x1b\x02\x01\x01\x31\x02"), CMS_BROKEN,
     NULL},
    {"a content longer than all", BYTES(OPEN DATA "\xa0\x80\x04\x7fhi\0\0" CLOSE), CMS_BROKEN,
     NULL},
    {"a primitive without length", BYTES(OPEN DATA "\xa0\x80\x04\x80hi\0\0" CLOSE), CMS_BROKEN,
     NULL},
    {"encrypted", BYTES("\x30\x80" ENVELOPED "\xa0\x80"), CMS_SEALED, NULL},
    {"compressed",
     BYTES("\x30\x80" COMPRESSED "\xa0\x80\x30\x80\x02\x01\x00\x30\x00\x30\x80" DATA
           "\xa0\x80\x04\x0a" ZLIB_HI "\0\0" CLOSE),
     CMS_COMPRESSED, "hi"},
    {"compressed, cut short",
     BYTES("\x30\x80" COMPRESSED "\xa0\x80\x30\x80\x02\x01\x00\x30\x00\x30\x80" DATA
           "\xa0\x80\x04\x05\x78\xda\xcb\xc8\x04\0\0" CLOSE),
     CMS_COMPRESSED, NULL},
};

static void
test_cases(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const unsigned char *bytes = (const unsigned char *)cases[i].bytes;
    CmsKind kind = cms_kind(bytes, cases[i].len);
    g_autoptr(GBytes) content = cms_content(bytes, cases[i].len);
    gsize len = 0;
    const char *data = content ? g_bytes_get_data(content, &len) : NULL;
    g_autofree char *got = content ? g_strndup(data ? data : "", len) : NULL;

    if (kind != cases[i].kind || g_strcmp0(got, cases[i].want) != 0) {
      print_error("%s: got %d %s, want %d %s\n", cases[i].label, kind, got ? got : "-",
                  cases[i].kind, cases[i].want ? cases[i].want : "-");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* Every shorter form of an object: no crash, and nothing of it passes for whole. */
static void
test_every_cut(void **state)
{
  static const char whole[] = OPEN DATA "\xa0\x80\x24\x80\x04\x02hi\0\0\0\0" CLOSE;

  for (size_t len = 0; len + 1 < sizeof whole; len++) {
    g_autofree unsigned char *copy = g_memdup2(whole, len);
    g_autoptr(GBytes) content = cms_content(copy, len);

    assert_null(content);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_every_cut),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
