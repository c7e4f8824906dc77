#include "stage.h"

const char *
stage_name(int stage)
{
  static const char *const names[STAGES] = {"mime", "inspect", "policy", "rewrite", "verify"};

  return stage >= 0 && stage < STAGES ? names[stage] : NULL;
}
