/* mail_value.h - what a property of a message of Outlook's holds, disarmed. Inside
 * rewrite/disarm/ only. */
#ifndef CORDON_MAIL_VALUE_H
#define CORDON_MAIL_VALUE_H

#include "disarming.h"
#include "mapi.h"

typedef struct mail_value {
  MapiUse use;
  gboolean wide;
  const unsigned char *bytes;
  size_t len;
} MailValue;

/* A new value, or NULL for one that stays: there is nothing to do, or it cannot be done, for the
 * inspection to find. Adds to around->taken what was done. */
GBytes *mail_value_disarm(const MailValue *value, const GPtrArray *charsets, Disarming *around);

#endif
