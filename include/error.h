/* error.h - the one error domain. Codes say who is at fault, not where it happened; the message
 * says the rest. A program turns a code into a sysexits(3) status or an SMTP reply. */
#ifndef CORDON_ERROR_H
#define CORDON_ERROR_H

#include <glib.h>

#define CORDON_ERROR (cordon_error_quark())
GQuark cordon_error_quark(void);

typedef enum cordon_error {
  CORDON_ERROR_DATA,     /* the bytes given are not what they should be; trying again is no use */
  CORDON_ERROR_CONFIG,   /* the rules or settings are wrong (exit 78) */
  CORDON_ERROR_TEMP,     /* out of memory, disk, time or workers; the sender should try again */
  CORDON_ERROR_LOST,     /* a worker died, overran or lied over a letter: TEMP, but its own doing */
  CORDON_ERROR_SOFTWARE, /* a promise inside Cordon was broken: a bug */
} CordonError;

/* The sysexits(3) status for an error: 65, 78, 75, 75, 70. */
int cordon_error_exit(const GError *error);

#endif
