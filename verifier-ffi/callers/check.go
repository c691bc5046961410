// Prints what may be done under a license: check LICENSE ROOTS USERS DAY. ROOTS: the vendor's root keys in PEM.
// What is not decided stops the program: a missing figure is never a yes.
package main

// #cgo LDFLAGS: -lairlock_verifier
// #include <airlock.h>
import "C"

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"unsafe"
)

func allowed(status C.airlock_status) bool {
	if status != C.AIRLOCK_OK && status != C.AIRLOCK_DENIED {
		log.Fatal(C.GoString(C.airlock_status_message(C.uint32_t(status))))
	}
	return status == C.AIRLOCK_OK
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func bytes(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&append(b, 0)[0])) }

func main() {
	text, roots := must(os.ReadFile(os.Args[1])), must(os.ReadFile(os.Args[2]))
	users, day := must(strconv.ParseUint(os.Args[3], 10, 32)), must(strconv.ParseInt(os.Args[4], 10, 32))
	verifier, license := (*C.airlock_verifier)(nil), (*C.airlock_license)(nil)
	facts := C.airlock_facts{size: C.sizeof_airlock_facts, today: C.int32_t(day)}
	facts.known, facts.users_now, facts.users_adding = C.AIRLOCK_KNOWS_USERS_NOW, C.uint32_t(users), 1
	allowed(C.airlock_verifier_from_text(bytes(roots), C.size_t(len(roots)), nil, &verifier, nil))
	defer C.airlock_verifier_free(verifier)
	allowed(C.airlock_license_open(verifier, bytes(text), C.size_t(len(text)), &license, nil))
	defer C.airlock_license_free(license)
	fmt.Println("add a user:", allowed(C.airlock_license_may(license, &facts, C.AIRLOCK_ACT_ADD_USERS)))
	fmt.Println("write:", allowed(C.airlock_license_may(license, &facts, C.AIRLOCK_ACT_WRITE)))
}
