// Prints what a license denies: check LICENSE ROOT DAY. ROOT: the vendor's root key, 64 hexadecimal digits.
package main

// #cgo LDFLAGS: -lairlock_verifier
// #include <airlock.h>
import "C"

import (
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"unsafe"
)

func must(status C.airlock_status) {
	if status != C.AIRLOCK_OK {
		log.Fatal(C.GoString(C.airlock_status_message(C.uint32_t(status))))
	}
}

func bytes(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&b[0])) }

func main() {
	text, _ := os.ReadFile(os.Args[1])
	root, _ := hex.DecodeString(os.Args[2])
	day, _ := strconv.Atoi(os.Args[3])
	var verifier *C.airlock_verifier
	var license *C.airlock_license
	facts := C.airlock_facts{size: C.sizeof_airlock_facts, today: C.int32_t(day)}
	verdict := C.airlock_verdict{size: C.sizeof_airlock_verdict}
	must(C.airlock_verifier_new(bytes(root), C.size_t(len(root)/32), nil, &verifier))
	defer C.airlock_verifier_free(verifier)
	must(C.airlock_license_open(verifier, bytes(text), C.size_t(len(text)), &license, nil))
	defer C.airlock_license_free(license)
	must(C.airlock_license_check(license, &facts, &verdict))
	fmt.Println("read-only:", verdict.effects&C.AIRLOCK_BLOCK_CHANGES != 0)
	fmt.Println("features off:", verdict.effects&C.AIRLOCK_INACTIVE != 0)
}
