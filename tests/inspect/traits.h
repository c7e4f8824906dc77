/* traits.h - traits of a finding as tests print them: their names with a blank between. */
#ifndef CORDON_TEST_TRAITS_H
#define CORDON_TEST_TRAITS_H

#include "finding.h"

/* "" for none. */
static inline char *
traits_text(BitSet traits)
{
  g_autoptr(GString) out = g_string_new(NULL);

  for (int id = 0; id < TRAITS; id++)
    if (traits & BIT(id))
      g_string_append_printf(out, "%s%s", out->len ? " " : "", trait_name((TraitId)id));
  return g_strdup(out->str);
}

#endif
