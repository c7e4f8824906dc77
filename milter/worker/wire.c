#include "wire.h"

#include "error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct head {
  guint32 kind, id;
  gint32 pid, status;
} Head;

/* Room for exactly one descriptor: the kernel closes what does not fit. */
typedef union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int))];
} Control;

static int
system_error(GError **error, const char *what)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: %s", what, g_strerror(errno));
  return -1;
}

static void
attach_fd(struct msghdr *message, Control *control, int fd)
{
  struct cmsghdr *cmsg;

  memset(control, 0, sizeof *control);
  message->msg_control = control->bytes;
  message->msg_controllen = sizeof control->bytes;
  cmsg = CMSG_FIRSTHDR(message);
  cmsg->cmsg_level = SOL_SOCKET;
  cmsg->cmsg_type = SCM_RIGHTS;
  cmsg->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);
}

int
wire_send(int sock, const Packet *packet, const char *text, GError **error)
{
  Head head = {packet->kind, packet->id, packet->pid, packet->status};
  size_t len = text != NULL ? MIN(strlen(text), WIRE_TEXT_MAX) : 0;
  struct iovec parts[2] = {{&head, sizeof head}, {(void *)text, len}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = len > 0 ? 2 : 1};
  Control control;
  ssize_t n;

  if (packet->fd >= 0)
    attach_fd(&message, &control, packet->fd);
  do
    n = sendmsg(sock, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n < 0 ? system_error(error, "send") : 0;
}

static int
detach_fd(struct msghdr *message)
{
  struct cmsghdr *cmsg = CMSG_FIRSTHDR(message);
  int fd = -1;

  if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS &&
      cmsg->cmsg_len == CMSG_LEN(sizeof fd))
    memcpy(&fd, CMSG_DATA(cmsg), sizeof fd);
  return fd;
}

static ssize_t
receive_message(int sock, struct msghdr *message)
{
  ssize_t n;

  do
    n = recvmsg(sock, message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  return n;
}

int
wire_receive(int sock, Packet *packet, char **text, GError **error)
{
  Head head;
  g_autofree char *tail = text != NULL ? g_malloc(WIRE_TEXT_MAX + 1) : NULL;
  struct iovec parts[2] = {{&head, sizeof head}, {tail, WIRE_TEXT_MAX}};
  Control control;
  struct msghdr message = {.msg_iov = parts,
                           .msg_iovlen = text != NULL ? 2 : 1,
                           .msg_control = control.bytes,
                           .msg_controllen = CMSG_LEN(sizeof(int))};
  ssize_t n = receive_message(sock, &message);
  int fd;

  if (n < 0)
    return errno == ECONNRESET ? 0 : system_error(error, "receive");
  fd = detach_fd(&message);
  if (n == 0) { /* closed, or an empty packet, which may carry a descriptor all the same */
    wire_close(&fd);
    return 0;
  }
  if (fd < 0 && (message.msg_flags & MSG_CTRUNC) != 0) {
    errno = EMFILE; /* ours, not the peer's doing: of two descriptors the first would have come */
    return system_error(error, "receive a descriptor");
  }
  if ((size_t)n < sizeof head || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    wire_close(&fd);
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, "not a packet of ours");
    return -1;
  }
  if (text != NULL)
    *text = g_strndup(tail, (size_t)n - sizeof head);
  *packet = (Packet){head.kind, head.id, head.pid, head.status, fd};
  return 1;
}

int
wire_wait(int sock, int timeout_ms, GError **error)
{
  struct pollfd ready = {.fd = sock, .events = POLLIN};
  int n = poll(&ready, 1, timeout_ms);

  if (n < 0 && errno == EINTR)
    return 0;
  return n < 0 ? system_error(error, "poll") : n;
}

int
wire_pair(int pair[2], GError **error)
{
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0)
    return 0;
  return system_error(error, "socketpair");
}

void
wire_close(int *fd)
{
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
}
