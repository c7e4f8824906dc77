/* alert.c - names of ClamAV's heuristics. All others are names of malware. */
#include "alert.h"

#include <string.h>

#include "finding.h"

static const struct {
  const char *prefix;
  BitSet traits;
} heuristics[] = {
    {"Heuristics.Encrypted.", TRAIT(ENCRYPTED)},
    {"Heuristics.Limits.Exceeded", TRAIT(LIMIT)},
    {"Heuristics.OLE2.ContainsMacros.XLM", TRAIT(MACRO) | TRAIT(XLM)},
    {"Heuristics.OLE2.ContainsMacros", TRAIT(MACRO)},
    {"Heuristics.PDF.", TRAIT(ACTIVE_CONTENT)},
    {"Heuristics.Broken.", TRAIT(CORRUPT)},
    {"Heuristics.Zip.OverlappingFiles", TRAIT(CORRUPT)},
};

BitSet
alert_traits(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(heuristics); i++)
    if (g_str_has_prefix(name, heuristics[i].prefix))
      return heuristics[i].traits;
  return strstr(name, "PartitionIntersection") ? TRAIT(CORRUPT) : 0;
}

gboolean
alert_is_about(const char *name, const char *type)
{
  static const char *const about[][2] = {
      {".Zip", "ZIP"}, {".Zip", "OOXML"}, {".7Zip", "7Z"},  {".RAR", "RAR"},
      {".PDF", "PDF"}, {"OLE2", "OLE2"},  {".Doc", "OLE2"}, {".EGG", "EGG"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(about); i++)
    if (strstr(name, about[i][0]) && strstr(type, about[i][1]))
      return TRUE;
  return FALSE;
}
