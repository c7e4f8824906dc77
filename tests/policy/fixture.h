/* fixture.h - rules folders for tests, made in a temporary place and taken away again. */
#ifndef CORDON_TESTS_POLICY_FIXTURE_H
#define CORDON_TESTS_POLICY_FIXTURE_H

#include <glib.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../folder.h"

static inline const char *
source_dir(void)
{
  const char *dir = getenv("CORDON_SRC");
  return dir ? dir : ".";
}

/* Is there a file of that name in the source folder? (skip() must be called with nothing
 * allocated.) */
static inline gboolean
source_has(const char *name)
{
  g_autofree char *path = g_build_filename(source_dir(), name, NULL);
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The lines, each with its end, and DIR for the folder. */
static inline char *
errors_text(const GPtrArray *errors, const char *dir)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < errors->len; i++)
    g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(errors, i));
  g_string_replace(text, dir, "DIR", 0);
  return g_strdup(text->str);
}

/* Prints label, got and want where they differ; 1 if they do. */
static inline int
differs(const char *label, const char *got, const char *want)
{
  if (g_strcmp0(got, want) == 0)
    return 0;
  print_error("%s\n got: %s\nwant: %s\n", label, got ? got : "(null)", want ? want : "(null)");
  return 1;
}

#endif
