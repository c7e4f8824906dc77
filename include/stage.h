/* stage.h - the stages of the pipeline, in their order. */
#ifndef CORDON_STAGE_H
#define CORDON_STAGE_H

#include <glib.h>

typedef enum stage {
  STAGE_MIME,
  STAGE_INSPECT,
  STAGE_POLICY,
  STAGE_REWRITE,
  STAGE_VERIFY,
  STAGES,
  STAGE_NONE = STAGES, /* before the first and after the last */
} Stage;

/* "mime" … "verify"; NULL for any other number. */
const char *stage_name(int stage);

#endif
