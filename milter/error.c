#include "error.h"

#include <sysexits.h>

G_DEFINE_QUARK(cordon - error - quark, cordon_error)

int
cordon_error_exit(const GError *error)
{
  if (error == NULL)
    return EX_OK;
  if (error->domain != CORDON_ERROR)
    return EX_SOFTWARE;
  switch ((CordonError)error->code) {
  case CORDON_ERROR_DATA:
    return EX_DATAERR;
  case CORDON_ERROR_CONFIG:
    return EX_CONFIG;
  case CORDON_ERROR_TEMP:
  case CORDON_ERROR_LOST:
    return EX_TEMPFAIL;
  case CORDON_ERROR_SOFTWARE:
    return EX_SOFTWARE;
  }
  return EX_SOFTWARE;
}
