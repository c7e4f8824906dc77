/* file_finding.c - findings of files: the names that they go by, and the way that leads to them. */
#include "file_finding.h"

#include <string.h>

#include "../content.h"
#include "bounds.h"
#include "inner_name.h"

#define STEP " \xe2\x80\xba " /* › */

void
file_finding_add_name(Finding *finding, const char *name)
{
  for (guint i = 0; i < finding->names->len; i++)
    if (strcmp(g_ptr_array_index(finding->names, i), name) == 0)
      return;
  g_ptr_array_add(finding->names, g_strdup(name));
}

void
file_finding_judge_names(Finding *finding)
{
  for (guint i = 0; i < finding->names->len; i++) {
    const char *name = g_ptr_array_index(finding->names, i);

    finding->traits |= filename_traits(name) |
                       filename_type_traits(name, finding->content_type, finding->declared_type);
  }
}

void
file_finding_set_path(Finding *finding, const Finding *around)
{
  const char *shown = *finding->name ? finding->name : finding->content_type;
  g_autofree char *own = *finding->name ? g_strdup(shown) : g_strdup_printf("(%s)", shown);
  char *path = around ? g_strconcat(around->path, STEP, own, NULL) : g_strdup(finding->name);

  if (strlen(path) > 2 * LIMIT_EVIDENCE) {
    g_free(path);
    path = g_strconcat("\xe2\x80\xa6", STEP, own, NULL); /* … */
  }
  g_free(finding->path);
  finding->path = path;
}

Finding *
file_finding_inside(GPtrArray *findings, const Finding *around, const char *name, const char *type)
{
  Finding *finding = finding_new(FINDING_FILE, around->part);

  g_free(finding->name);
  finding->name = inner_name_clean(name);
  if (*finding->name)
    file_finding_add_name(finding, finding->name);
  g_free(finding->content_type);
  finding->content_type = g_ascii_strdown(type, -1);
  finding->inner = TRUE;
  file_finding_set_path(finding, around);
  g_ptr_array_add(findings, finding);
  return finding;
}
