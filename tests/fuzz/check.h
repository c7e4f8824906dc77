/* check.h - what must hold, in the fuzzers. */
#ifndef CORDON_FUZZ_CHECK_H
#define CORDON_FUZZ_CHECK_H

#include <glib.h>
#include <stdlib.h>

static inline void
check(gboolean truth, const char *what)
{
  if (truth)
    return;
  g_printerr("%s\n", what);
  abort();
}

#endif
