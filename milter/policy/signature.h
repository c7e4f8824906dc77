/* signature.h - signatures as "ssh-keygen -Y sign" makes them (OpenSSH's PROTOCOL.sshsig), by
 * Ed25519 keys. */
#ifndef CORDON_POLICY_SIGNATURE_H
#define CORDON_POLICY_SIGNATURE_H

#include <glib.h>

#define PUBLIC_KEY_SIZE 32 /* bytes */
#define SIGNATURE_SIZE  64

/* What is signed is signed for us, and nothing else that the same key has signed is good here. */
#define SIGNATURE_NAMESPACE "cordon-exceptions"

/* Longest of a file with a signature. */
#define SIGNATURE_FILE_MAX 4096

typedef struct signature {
  guchar key[PUBLIC_KEY_SIZE]; /* that it says it is of */
  guchar bytes[SIGNATURE_SIZE];
  GChecksumType hash;
  char *hash_name;
} Signature;

/* Reads "-----BEGIN SSH SIGNATURE----- …". NULL, or what is wrong with it (static); clear it in
 * either case. */
const char *signature_read(Signature *signature, const char *armoured);
void signature_clear(Signature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signature, signature_clear)

/* Is it its key's, of these bytes? */
gboolean signature_is_of(const Signature *signature, const char *text, gsize len);

/* Reads "ssh-ed25519 AAAAC3… comment". FALSE if it is no such key. */
gboolean public_key_read(guchar key[PUBLIC_KEY_SIZE], const char *line);

/* "SHA256:…" as ssh-keygen -l prints it. New string. */
char *public_key_fingerprint(const guchar key[PUBLIC_KEY_SIZE]);

/* To be called once before signature_is_of, where system calls are not restricted yet. */
void signature_start(void);

#endif
