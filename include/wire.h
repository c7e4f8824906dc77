/* wire.h - packets on the sockets between supervisor, front, zygote and workers: AF_UNIX
 * SOCK_SEQPACKET, a head of four numbers, a text with some kinds, at most one descriptor. */
#ifndef CORDON_WIRE_H
#define CORDON_WIRE_H

#include <glib.h>

typedef enum wire_kind {
  WIRE_READY = 1, /* zygote: everything is loaded; text says what */
  WIRE_FAILED,    /* zygote: cannot start; text says why, one line an error */
  WIRE_SPAWN,     /* front ─▶ zygote: a worker, please; id */
  WIRE_SPAWNED,   /* zygote: here it is; id, pid, its socket */
  WIRE_REFUSED,   /* zygote: could not; id, status is the errno */
  WIRE_KILL,      /* front ─▶ zygote: pid */
  WIRE_EXIT,      /* zygote: worker pid ended with this wait(2) status; text says how; id: the Stage
                     whose deadline it met, or WIRE_NO_STAGE */
  WIRE_LETTER,    /* front ─▶ worker: id, a letter's memfd */
  WIRE_REPLY,     /* worker: id, a reply's memfd; status is not 0 where it was its last */
  WIRE_ZYGOTE,    /* supervisor ─▶ front: a new zygote's control socket, pid; text: Loaded */
  WIRE_STOP,      /* supervisor ─▶ front: finish the letters in hand and end */
  WIRE_STUCK,     /* front ─▶ supervisor: the zygote does not answer */
  WIRE_TAKEN,     /* front ─▶ supervisor: zygote pid passed the self-test and is in use */
  WIRE_DECLINED,  /* front ─▶ supervisor: zygote pid did not; text says why */
  WIRE_RELOAD,    /* front ─▶ supervisor: please; id is the number of the request (state.h) */
  WIRE_RELOADED,  /* supervisor ─▶ front: it ended; id of the last request heard before, text */
  WIRE_ALIVE,     /* front ─▶ supervisor: it serves */
  WIRE_SCAN,      /* worker ─▶ its broker: id, an attachment's memfd */
  WIRE_SCANNED,   /* broker: id, status and text say what it is (broker.c) */
} WireKind;

#define WIRE_NO_STAGE G_MAXUINT32

typedef struct packet {
  guint32 kind; /* WireKind; anything else a hostile peer likes */
  guint32 id;
  gint32 pid;
  gint32 status;
  int fd; /* -1 if none; a received one is the caller's to close */
} Packet;

/* Longest text of a packet; a longer one is cut. */
#define WIRE_TEXT_MAX (60 * 1024)

/* Never waits: a peer that does not read is an error (TEMP). text may be NULL. packet->fd stays
 * the caller's. */
int wire_send(int sock, const Packet *packet, const char *text, GError **error);

/* Waits for one packet. 1 with a packet, 0 when the peer has closed, -1 on error (DATA when it is
 * no packet of ours, TEMP when we have no room for its descriptor). *text is a new string, "" if
 * there was none; text may be NULL. */
int wire_receive(int sock, Packet *packet, char **text, GError **error);

/* Waits at most so many milliseconds (-1: for ever): 1 if there is something to receive (a
 * closed socket too), 0 if not, -1 on error. */
int wire_wait(int sock, int timeout_ms, GError **error);

/* A connected pair, close-on-exec. */
int wire_pair(int pair[2], GError **error);

/* close(2), and -1 into the variable. */
void wire_close(int *fd);

#endif
