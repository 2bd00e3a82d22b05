from rtfm_mmaction.workshop.cli.shanghaitech import main

if __name__ == '__main__':
    main()
