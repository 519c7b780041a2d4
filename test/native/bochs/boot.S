/*
 * The first sector of a disk: reads the kernel behind it to 64 KiB, and calls it in 64-bit mode with the registers of AVX-512
 * switched on. CHUNKS of 16 KiB are read. Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, section 9.8.5
 * (64-bit mode); volume 1, section 13.3 (XCR0).
 */
    .code16
    .globl _start
_start:
    cli
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x7c00, %sp
    mov $CHUNKS, %cx
read:
    push %cx
    mov $packet, %si
    mov $0x42, %ah
    mov $0x80, %dl
    int $0x13
    jc stop
    addw $0x400, packet + 6
    addl $32, packet + 8
    pop %cx
    loop read

    in $0x92, %al                   /* address line 20 */
    or $2, %al
    out %al, $0x92

    mov $0x1000, %edi               /* page tables: the first GiB as it is, in pages of 2 MiB */
    xor %eax, %eax
    mov $0xc00, %ecx
    cld
    rep stosl
    movl $0x2003, 0x1000
    movl $0x3003, 0x2000
    mov $0x3000, %edi
    mov $0x83, %eax
    mov $512, %cx
page:
    mov %eax, (%di)
    add $0x200000, %eax
    add $8, %di
    loop page

    lgdt descriptors_at
    mov $0x40620, %eax              /* CR4: PAE, OSFXSR, OSXMMEXCPT, OSXSAVE */
    mov %eax, %cr4
    mov $0x1000, %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx           /* EFER: LME */
    rdmsr
    or $0x100, %eax
    wrmsr
    mov $0x80000013, %eax           /* CR0: PG, ET, MP, PE */
    mov %eax, %cr0
    ljmp $8, $long_mode
stop:
    hlt

    .code64
long_mode:
    mov $16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x800000, %rsp
    xor %ecx, %ecx
    mov $0xe7, %eax                 /* XCR0: x87, SSE, AVX, and the three states of AVX-512 */
    xor %edx, %edx
    xsetbv
    mov $0x10000, %rax
    call *%rax
    hlt

    .balign 4
packet:
    .byte 16, 0
    .word 32, 0, 0x1000
    .long 1, 0
    .balign 8
descriptors:
    .quad 0, 0x00209a0000000000, 0x0000920000000000
descriptors_at:
    .word 23
    .long descriptors
    .org 510
    .word 0xaa55
