/* letter.h - one message as the MTA gave it: envelope and exact bytes. Immutable once made.
 *
 * The bytes are header, empty line, body, with the line ends they came with: CRLF from a milter,
 * whatever the file has from the command. Crosses to a worker in a sealed memfd. */
#ifndef CORDON_LETTER_H
#define CORDON_LETTER_H

#include <glib.h>

#include "membership.h"

typedef struct letter {
  char *queue_id;    /* "" where unknown */
  char *ref;         /* reference code that marks show, e.g. "K7QF-3M2P-XW"; chosen by the front */
  char *sender;      /* envelope sender without <>, "" for the null sender */
  char **rcpts;      /* envelope recipients without <>, NULL-ended */
  char *client_addr; /* "192.0.2.1", "2001:db8::1" or "" */
  char *client_name; /* "" where unknown */
  char *helo;
  char *auth_user; /* SASL login, "" if none */
  char *direction; /* "inbound", "outbound", "internal", or "" to have it worked out (policy.h) */
  char *origin;    /* what messages about it call it: file name or queue id */
  Memberships *memberships; /* of its people in groups that are looked up; NULL: none is known */
  gint64 received; /* Unix seconds: the time that exceptions are judged by; 0: none holds */
  gboolean why;    /* the command asks for each finding's reasons in the event as well (event.h) */
  gboolean views;  /* the command asks for the texts before and after as well (Reply.views) */
  gboolean question; /* only whether its recipients are seen alike is asked (Reply.apart); raw is
                        empty */
  gboolean sealed;   /* our own: its X-Cordon field has a good seal (letter_is_sealed) */
  GBytes *raw;
} Letter;

/* All strings "" and rcpts empty, raw NULL. */
Letter *letter_new(void);
void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

/* Replaces one string field by a copy: letter_set(&letter->sender, "a@b"). NULL means "". */
void letter_set(char **field, const char *value);

/* A new sealed memfd (F_SEAL_WRITE, GROW, SHRINK, SEAL) that holds the letter; the caller closes
 * it. -1 and error (TEMP) when memory or descriptors are out. */
int letter_to_memfd(const Letter *letter, GError **error);

/* The letter in a sealed memfd; raw is mapped, not copied, and the mapping goes with the GBytes.
 * Every length is checked; an unsealed or ill-formed one is refused (DATA). fd stays open. */
Letter *letter_from_memfd(int fd, GError **error);

#endif
