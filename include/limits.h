#include_next <limits.h>
#include "bounds.h"
