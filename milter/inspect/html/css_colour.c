/* css_colour.c - colours of styles and of attributes such as bgcolor (CSS Color 4, 6). */
#include "css.h"

#include <string.h>

#define NO_COLOUR (-1)

/* Those that mails use; there are 148. */
static const struct {
  const char *name;
  int colour;
} named[] = {
    {"white", 0xffffff},         {"black", 0x000000},        {"red", 0xff0000},
    {"green", 0x008000},         {"blue", 0x0000ff},         {"yellow", 0xffff00},
    {"gray", 0x808080},          {"grey", 0x808080},         {"silver", 0xc0c0c0},
    {"maroon", 0x800000},        {"purple", 0x800080},       {"navy", 0x000080},
    {"teal", 0x008080},          {"olive", 0x808000},        {"lime", 0x00ff00},
    {"aqua", 0x00ffff},          {"cyan", 0x00ffff},         {"fuchsia", 0xff00ff},
    {"magenta", 0xff00ff},       {"orange", 0xffa500},       {"brown", 0xa52a2a},
    {"pink", 0xffc0cb},          {"gold", 0xffd700},         {"indigo", 0x4b0082},
    {"beige", 0xf5f5dc},         {"ivory", 0xfffff0},        {"snow", 0xfffafa},
    {"darkblue", 0x00008b},      {"darkred", 0x8b0000},      {"darkgreen", 0x006400},
    {"dimgray", 0x696969},       {"dimgrey", 0x696969},      {"darkgray", 0xa9a9a9},
    {"darkgrey", 0xa9a9a9},      {"lightgray", 0xd3d3d3},    {"lightgrey", 0xd3d3d3},
    {"darkslategray", 0x2f4f4f}, {"midnightblue", 0x191970}, {"whitesmoke", 0xf5f5f5},
};

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Of each pair of digits, or each one written once; what says how opaque it is does not count. */
static int
hex_colour(const char *text, size_t len)
{
  const gboolean once = len == 3 || len == 4;
  int colour = 0;

  if (!once && len != 6 && len != 8)
    return NO_COLOUR;
  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isxdigit(text[i]))
      return NO_COLOUR;
  for (size_t i = 0; i < (once ? 3 : 6); i++) {
    const int digit = g_ascii_xdigit_value(text[i]);

    colour = once ? colour << 8 | digit * 17 : colour << 4 | digit;
  }
  return colour;
}

static int
rgb_colour(const char *text, size_t len)
{
  int colour = 0, parts = 0;

  for (size_t i = 0; i < len && parts < 3;) {
    int value = 0;

    if (!g_ascii_isdigit(text[i])) {
      i++;
      continue;
    }
    for (; i < len && g_ascii_isdigit(text[i]); i++)
      value = MIN(value * 10 + (text[i] - '0'), 255);
    colour = colour << 8 | value;
    parts++;
  }
  return parts == 3 ? colour : NO_COLOUR;
}

int
css_colour(const char *text, size_t len)
{
  while (len > 0 && is_blank(text[0]))
    text++, len--;
  while (len > 0 && is_blank(text[len - 1]))
    len--;
  if (len > 0 && text[0] == '#')
    return hex_colour(text + 1, len - 1);
  if (len > 4 && g_ascii_strncasecmp(text, "rgb", 3) == 0)
    return rgb_colour(text, len);
  for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
    if (strlen(named[i].name) == len && g_ascii_strncasecmp(text, named[i].name, len) == 0)
      return named[i].colour;
  return NO_COLOUR;
}
