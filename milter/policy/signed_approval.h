/* signed_approval.h - an approval as the department's workflow signs it: a text
 * (exception_read_text), and a signature of exactly its bytes. */
#ifndef CORDON_POLICY_SIGNED_APPROVAL_H
#define CORDON_POLICY_SIGNED_APPROVAL_H

#include "exceptions.h"
#include "keys.h"

/* Whose signature of the text it is, at that time. NULL and a fault (new string): it is none, by an
 * unknown key, by one that was not good then, or of another text. */
const Key *signed_approval_signer(const Keys *keys, const char *text, const char *signature,
                                  gint64 when, char **fault);

/* Is the exception what its signed text says, approved by whoever signed it? NULL, or why not: a
 * new string. */
char *signed_approval_fault(const Keys *keys, const Exception *exception);

#endif
