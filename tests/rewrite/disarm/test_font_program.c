/* The encoding that is built into a font. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "font_program.h"

#define TYPE1                                                                                      \
  "%!PS-AdobeFont-1.0: A\n/FontName /A def\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef "  \
  "put} for\n"

/* Three glyphs, one with a name of its own; and ranges, with a code more behind them. */
#define CFF                                                                                        \
  "\001\000\004\001\000\001\001\001\002\101\000\001\001\001\015\034\000\051\017\034\000\060\020"   \
  "\034\000\065\021\000\001\001\001\010colon\056x\000\000\000\000\111\001\207\000\017\000\003\001" \
  "\002\003\000\004\001\001\002\003\004\005\016\016\016\016"
#define CFF_RANGES                                                                                 \
  "\001\000\004\001\000\001\001\001\002\101\000\001\001\001\015\034\000\037\017\034\000\043\020"   \
  "\034\000\053\021\000\000\000\000\001\000\102\031\201\001\310\011\001\007\000\017\000\033\001"   \
  "\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027"   \
  "\030\031\032\033\034\016\016\016\016\016\016\016\016\016\016\016\016\016\016\016\016\016\016"   \
  "\016\016\016\016\016\016\016\016\016"
#define OPENTYPE                                                                                   \
  "\117\124\124\117\000\001\000\000\000\000\000\000\103\106\106\040\000\000\000\000\000\000\000"   \
  "\034\000\000\000\101\001\000\004\001\000\001\001\001\002\101\000\001\001\001\015\034\000\051"   \
  "\017\034\000\060\020\034\000\065\021\000\001\001\001\010colon\056x\000\000\000\000\111\001\207" \
  "\000\017\000\003\001\002\003\000\004\001\001\002\003\004\005\016\016\016\016"

#define TEXT(x) x, sizeof(x) - 1

static const struct {
  const char *label, *bytes;
  size_t len;
  const char *want;
} cases[] = {
    {"Type 1",
     TEXT(TYPE1
          "dup 1 /h put\ndup 16#10 /period put\nreadonly def\ncurrentfile eexec dup 9 /x put"),
     "1=h 16=period "},
    {"Type 1, a code that is none", TEXT(TYPE1 "dup 256 /h put dup x /i put dup /j put"), ""},
    {"the standard encoding", TEXT("%!PS\n/Encoding StandardEncoding def\ncurrentfile eexec"), ""},
    {"CFF", TEXT(CFF), "1=uni0068 2=colon.x 3=uni002E "},
    {"CFF, ranges", TEXT(CFF_RANGES),
     "200=uni0061 201=uni0062 202=uni0063 203=uni0064 204=uni0065 205=uni0066 206=uni0067 "
     "207=uni0068 208=uni0069 209=uni006A 7=uni002E "},
    {"OpenType", TEXT(OPENTYPE), "1=uni0068 2=colon.x 3=uni002E "},
    {"TrueType", TEXT("\0\1\0\0\0\0"), ""},
    {"nothing", TEXT(""), ""},
};

static void
note(void *data, unsigned code, const char *name)
{
  g_string_append_printf(data, "%u=%s ", code, name);
}

static void
test_codes(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) got = g_string_new(NULL);

    font_program_codes((const unsigned char *)cases[i].bytes, cases[i].len, note, got);
    if (strcmp(got->str, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got->str, cases[i].want);
  }
}

/* Every byte changed and every cut: no read beyond the end (valgrind, ASan). */
static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    for (size_t at = 0; at <= cases[i].len; at++) {
      g_autoptr(GString) out = g_string_new(NULL);
      g_autofree unsigned char *bytes = g_memdup2(cases[i].bytes, MAX(cases[i].len, 1));
      g_autofree unsigned char *cut = g_memdup2(bytes, MAX(at, 1));

      font_program_codes(cut, at, note, out);
      if (at < cases[i].len)
        bytes[at] = (unsigned char)~bytes[at];
      font_program_codes(bytes, cases[i].len, note, out);
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes), cmocka_unit_test(test_damage)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
