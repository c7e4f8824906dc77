/* mta.h - effects and answers to the MTA; for milter/daemon only, as it needs libmilter. */
#ifndef CORDON_MTA_H
#define CORDON_MTA_H

#include <glib.h>
#include <libmilter/mfapi.h>

#include "sink.h"

typedef struct mta {
  SMFICTX *ctx;
  unsigned long actions; /* SMFIF_* that were negotiated */
  gboolean exact;        /* SMFIP_HDR_LEADSPC was: we give the blank after the colon */
} Mta;

/* data is an Mta. TEMP if libmilter fails, or the MTA does not offer what an effect needs. */
extern const Sink mta_sink;

/* SMTP replies; text is made printable, "%" doubled and cut (THREATS G-010). */
sfsistat mta_tempfail(SMFICTX *ctx, const char *text); /* 451 4.7.1 */
/* 452 4.5.3, as for too many recipients: the others go through, this one is to come again. */
sfsistat mta_defer_recipient(SMFICTX *ctx, const char *text);
sfsistat mta_reject(SMFICTX *ctx, const char *text);      /* 550 5.7.1 */
sfsistat mta_reject_path(SMFICTX *ctx, const char *text); /* 501 5.1.0 */
sfsistat mta_reject_size(SMFICTX *ctx, const char *text); /* 552 5.3.4 */

#endif
