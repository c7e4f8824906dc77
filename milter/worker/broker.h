/* broker.h - a worker's way to clamd. A worker may open no socket, and a socket to clamd in its
 * hands would be more than it needs: whoever took a worker over could have clamd open files for
 * it, or shut it down. So each worker has a broker, a process that holds no mail of its own and
 * does one thing: it takes a sealed file, has clamd look at the bytes, and says what it found. */
#ifndef CORDON_WORKER_BROKER_H
#define CORDON_WORKER_BROKER_H

#include "settings.h"

/* In the zygote, before a worker is forked: *sock is the worker's end. Its pid, 0 where no clamd is
 * used (*sock is -1 then), -1 with errno. It ends when the worker's end is closed, and with its
 * parent. */
pid_t broker_start(const Settings *settings, int *sock);

/* In the worker. The broker behind sock, as a FileEngine (file.h). */
typedef struct broker {
  int sock;
  int timeout_ms;
  guint32 last;
  gboolean lost; /* it has ended or broken the protocol: the worker is of no more use */
} Broker;

int broker_scan(GBytes *content, char **name, void *broker, GError **error);

/* Milliseconds that a worker waits for its broker. */
int broker_patience(const Settings *settings);

#endif
