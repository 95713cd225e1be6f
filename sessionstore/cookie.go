package sessionstore

import (
	"crypto/sha256"
	"encoding/hex"
)

// SessionIDOfCookie is the identifier of the single sign-on session of a browser:
// the SHA-256 of the value of its commonAuthId cookie, in lower-case hexadecimal.
func SessionIDOfCookie(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}
